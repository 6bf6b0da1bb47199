"""Examples of answers, for the OpenAPI document."""

import json
from typing import Any

_DRAMA = "drama_01jd8z4r6y3m0w8t5k2n7q9xvb"
_JOB = "job_01jd8z4r6zc7e9g2h4j6k8m0np"
_PORTRAIT_JOB = f"{_JOB}:ada.portrait"
_FILE = "asset_01jd8z5c0f8h2k4m6p8r0t2v4x"
_SHA256 = "124857bb202e01d58643fec6463b7c8dafa49a36cd8a7192477b2ce297d96478"
_CREATED = "2026-11-22T09:30:00.000Z"
_URLS = {
    "self": f"/dramas/{_DRAMA}/jobs/{_JOB}",
    "events": f"/jobs/{_JOB}/events",
    "cancel": f"/jobs/{_JOB}/cancel",
}

JOB_ACCEPTED: dict[str, Any] = {
    "job_id": _JOB,
    "drama_id": _DRAMA,
    "status": "pending",
    "message": "The drama is being written.",
    "warnings": [],
    "urls": _URLS,
}
EXECUTE_ACCEPTED: dict[str, Any] = {
    "dag_id": f"dag_{_DRAMA}",
    "drama_id": _DRAMA,
    "parent_job_id": _JOB,
    "status": "pending",
    "message": "The run was accepted.",
    "warnings": [],
    "urls": _URLS,
}
GENERATE_ACCEPTED: dict[str, Any] = {
    "job_id": _PORTRAIT_JOB,
    "drama_id": _DRAMA,
    "asset_id": "ada.portrait",
    "character_id": "ada",
    "status": "pending",
    "message": "A new take will be made.",
    "warnings": [],
    "urls": {
        "self": f"/dramas/{_DRAMA}/jobs/{_PORTRAIT_JOB}",
        "events": f"/jobs/{_PORTRAIT_JOB}/events",
        "cancel": f"/jobs/{_PORTRAIT_JOB}/cancel",
    },
}
JOB: dict[str, Any] = {
    "job_id": _JOB,
    "parent_job_id": None,
    "drama_id": _DRAMA,
    "asset_id": None,
    "type": "execute",
    "status": "running",
    "paused_for": None,
    "prompt": "",
    "depends_on": [],
    "provider": "",
    "model": "",
    "attempts": 0,
    "progress": 0.5,
    "r2_url": None,
    "r2_key": None,
    "result": None,
    "error": None,
    "cost": {"estimated_usd": 0.0, "actual_usd": None},
    "limits": {"max_cost_usd": 5.0, "spent_usd": 0.0, "reserved_usd": 0.0},
    "created_at": _CREATED,
    "started_at": "2026-11-22T09:30:00.412Z",
    "completed_at": None,
    "metadata": {"resume": False, "episodes": None, "until": "portraits", "force": False},
    "urls": _URLS,
    "last_event_id": 7,
    "child_jobs": [_PORTRAIT_JOB],
    "total_jobs": 1,
    "completed_jobs": 0,
    "failed_jobs": 0,
    "running_jobs": 1,
    "pending_jobs": 0,
    "cancelled_jobs": 0,
    "needs_review_jobs": 0,
}
JOBS: dict[str, Any] = {"jobs": [JOB], "cursor": None}
DRAMAS: dict[str, Any] = {
    "dramas": [
        {
            "id": _DRAMA,
            "title": "The Quiet Lift",
            "status": "ready",
            "created_at": _CREATED,
            "updated_at": "2026-11-22T09:31:12.000Z",
        }
    ],
    "cursor": None,
}
LIBRARY_ASSET: dict[str, Any] = {
    "asset_id": _FILE,
    "user_id": "10000",
    "project_name": "test_drama",
    "asset_type": "image",
    "tag": "character",
    "tags": ["character"],
    "filename": "test.png",
    "content_type": "image/png",
    "size": 229,
    "sha256": _SHA256,
    "public_url": f"/asset-library/{_FILE}",
    "thumbnail_url": f"/asset-library/{_FILE}/thumbnail",
    "r2_key": f"blobs/10000/12/{_SHA256}.png",
    "metadata": {"width": 72, "height": 128, "sha256": _SHA256},
    "created_at": _CREATED,
}
LIBRARY_ASSETS: dict[str, Any] = {"assets": [LIBRARY_ASSET], "cursor": None}
ESTIMATE: dict[str, Any] = {
    "episodes": 1,
    "exact": False,
    "cost_usd": 5.332,
    "cost_range_usd": {"low": 2.218, "likely": 5.332, "high": 13.08},
    "writing": {
        "writer": {"provider": "openai", "model": "gpt-6.1-terra"},
        "cost_usd": 0.052,
        "cost_range_usd": {"low": 0.018, "likely": 0.052, "high": 0.28},
        "stages": [
            {
                "stage": "bible",
                "cost_usd": 0.052,
                "cost_range_usd": {"low": 0.018, "likely": 0.052, "high": 0.28},
            }
        ],
    },
    "pictures": {
        "made_by": {"provider": "openai", "model": "gpt-image-2"},
        "count": {"low": 7.0, "likely": 12.0, "high": 20.0},
        "cost_usd": 0.48,
        "cost_range_usd": {"low": 0.2, "likely": 0.48, "high": 0.8},
    },
    "clips": {
        "made_by": {"provider": "gemini", "model": "gemini-omni-1.2-flash"},
        "count": {"low": 5.0, "likely": 8.0, "high": 12.0},
        "cost_usd": 4.8,
        "cost_range_usd": {"low": 2.0, "likely": 4.8, "high": 12.0},
        "film_seconds": {"low": 20.0, "likely": 48.0, "high": 120.0},
    },
    "speech": {
        "made_by": {"provider": "gemini", "model": "gemini-3.8-flash-tts"},
        "count": {"low": 5.0, "likely": 8.0, "high": 12.0},
        "cost_usd": 0.02,
        "cost_range_usd": {"low": 0.01, "likely": 0.02, "high": 0.05},
    },
    "assumed": {
        "assumed_characters": {"low": 2.0, "likely": 4.0, "high": 8.0},
        "assumed_scenes_per_episode": {"low": 5.0, "likely": 8.0, "high": 12.0},
        "assumed_seconds_per_scene": {"low": 4.0, "likely": 6.0, "high": 10.0},
    },
}
PLAN: dict[str, Any] = {
    "drama_id": _DRAMA,
    "revision": 2000001,
    "nodes": [
        {
            "asset_id": "ada.portrait",
            "type": "portrait",
            "state": "missing",
            "reason": "it was never made",
            "will_run": True,
            "provider": "preview",
            "model": "",
            "cost_usd": 0.0,
            "cost_range_usd": {"low": 0.0, "likely": 0.0, "high": 0.0},
            "depends_on": [],
            "episode_id": None,
            "scene_id": None,
            "character_id": "ada",
            "library_asset_id": None,
        }
    ],
    "totals": {
        "nodes": 1,
        "will_run": 1,
        "reused": 0,
        "states": {"missing": 1},
        "cost_usd": 0.0,
        "cost_range_usd": {"low": 0.0, "likely": 0.0, "high": 0.0},
        "seconds": {"low": 0.25, "likely": 0.55, "high": 1.7},
    },
}
_STATE: dict[str, Any] = {
    "job_id": _JOB,
    "parent_job_id": None,
    "asset_id": None,
    "type": "execute",
    "status": "running",
    "paused_for": None,
    "progress": 0.5,
    "provider": "",
    "result": None,
    "error": None,
    "metadata": JOB["metadata"],
}
_ENDED = {"last_event_id": 7, "job": {**_STATE, "status": "completed", "progress": 1.0, "result": {"nodes": 1}}}
STREAM = (
    f"retry: 1000\n\nevent: job\ndata: {json.dumps(_STATE)}\nid: 6\n\nevent: end\ndata: {json.dumps(_ENDED)}\nid: 7\n\n"
)
