"""What users may not set."""

from fakes.dramas import two_episode_drama
from fakes.studio import OWNER, open_studio
from sfd.config import Settings


async def test_urls_are_set_by_sfd_alone(settings: Settings) -> None:
    data = two_episode_drama("urls").model_dump(mode="json")
    data["url"] = data["episodes"][0]["url"] = data["characters"][0]["assets"][0]["url"] = "https://example.org/x.png"
    data["episodes"][0]["scenes"][0]["image_url"] = "https://example.org/y.png"
    async with open_studio(settings, []) as application:
        await application.dramas.add(OWNER, data)
        document, _ = await application.dramas.document(OWNER, "urls")
    assert b"example.org" not in document
