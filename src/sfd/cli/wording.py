"""Words for what several commands say."""

PAUSES = {
    "user": "paused",
    "over_budget:run": "paused: over budget, the run has reached its cap",
    "over_budget:drama": "paused: over budget, the drama has reached its cap",
    "over_budget:user_day": "paused: over budget, the cap of the day is reached (USER_DAILY_CAP_USD)",
    "over_budget:key": "paused: over budget, the key that started it has reached its cap",
}


def pause_in_words(paused_for: str) -> str:
    """Why a run is paused, as `paused: over budget, …`."""
    return PAUSES.get(paused_for, f"paused: {paused_for}")
