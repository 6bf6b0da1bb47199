"""Documents of dramas that are kept in memory."""

from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from fakes.studio import OWNER
from sfd.application import open_application
from sfd.config import Settings
from sfd.db import dramas
from sfd.db.dramas import DramaState
from sfd.domain.editing import Address
from sfd.domain.patches import ScenePatch
from sfd.services.documents import DocumentCache

STATES = st.builds(DramaState, st.just("ready"), st.integers(1, 2), st.integers(0, 2))


@given(st.lists(st.tuples(st.sampled_from("abc"), STATES, st.binary(max_size=12)), max_size=30))
def test_only_the_state_that_was_kept_is_answered_and_no_more_than_the_limit_is_kept(
    kept: list[tuple[str, DramaState, bytes]],
) -> None:
    cache = DocumentCache(largest_bytes=20)
    latest: dict[str, tuple[DramaState, bytes]] = {}
    for drama_id, state, document in kept:
        cache.put(drama_id, state, document)
        latest[drama_id] = (state, document)
        assert cache.get(drama_id, state) == document
        for one, (now, text) in latest.items():
            assert cache.get(one, now) in (text, None)
            assert cache.get(one, DramaState("failed", now.version, now.episode_versions)) is None
        held = [cache.get(one, now) or b"" for one, (now, _) in latest.items()]
        assert sum(map(len, held)) <= 20


def test_a_document_larger_than_the_limit_is_not_kept() -> None:
    cache, state = DocumentCache(largest_bytes=20), DramaState("ready", 1, 1)
    cache.put("a", state, b"x" * 21)
    assert cache.get("a", state) is None


async def test_what_another_process_wrote_is_seen_at_once(settings: Settings) -> None:
    scene: Address = (("episodes", "e1"), ("scenes", two_episode_drama("mine").episodes[0].scenes[0].id))
    async with open_application(settings, work=False) as here, open_application(settings, work=False) as there:
        await here.dramas.add(OWNER, two_episode_drama("mine").model_dump(mode="json"))
        _, before = await here.dramas.document(OWNER, "mine")
        await there.editing.patch(OWNER, "mine", scene, ScenePatch(description="Rain against the glass."))
        document, after = await here.dramas.document(OWNER, "mine")
        assert after != before
        assert b"Rain against the glass." in document
        async with there.database.write() as connection:
            await dramas.update_head(connection, "mine", status="failed")
        assert b'"status": "failed"' in (await here.dramas.document(OWNER, "mine"))[0]
