"""Settings: every environment variable, once. Built at the front door and passed down."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the environment (or `.env`) says. A field's name in upper case is its variable.

    `docs/settings.md` describes each for operators; a test keeps the two together.
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    writer: str = Field(default="outline", description="Who writes: `provider` or `provider:model`")
    illustrator: str = Field(default="preview", description="Who draws: `provider` or `provider:model`")
    filmmaker: str = Field(default="preview", description="Who films: `provider` or `provider:model`")
    voice: str = Field(default="none", description="Who speaks: `none`, a provider, or `preview` in preview clips")

    illustrator_ladder: str = Field(
        default="",
        description="What is tried after a refusal, in order: `soften`, `provider`, `provider:model`; empty: nothing",
    )
    filmmaker_ladder: str = Field(default="", description="The same for clips")

    gemini_api_key: SecretStr | None = Field(default=None, description="Key of the Gemini API")
    sora_api_key: SecretStr | None = Field(default=None, description="Key of the server at SORA_API_BASE")
    openai_api_key: SecretStr | None = Field(default=None, description="Key of the OpenAI API or a compatible server")
    openai_base_url: str | None = Field(default=None, description="Base URL of an OpenAI-compatible server")
    google_gemini_base_url: str | None = Field(default=None, description="Base URL of the Gemini API, without version")
    sora_api_base: str | None = Field(default=None, description="Base URL of a server that speaks /v1/videos")

    sora_model: str | None = Field(default=None, description="Model asked for at SORA_API_BASE; default: sora-2")
    google_cloud_project: str | None = Field(default=None, description="Google Cloud project, for `veo` on Vertex AI")
    google_cloud_location: str = Field(default="us-central1", description="Region of Vertex AI, for `veo`")
    models_file: Path | None = Field(
        default=None, description="TOML file with models and prices that come before the built-in ones"
    )
    provider_timeout_seconds: float = Field(
        default=300.0, gt=0, le=3600, description="Seconds that a provider's answer may take"
    )

    r2_account_id: str | None = Field(default=None, description="Cloudflare account of the R2 bucket")
    r2_access_key_id: SecretStr | None = Field(default=None, description="Access key id for R2 or any S3")
    r2_secret_access_key: SecretStr | None = Field(default=None, description="Secret access key for R2 or any S3")
    r2_bucket: str | None = Field(default=None, description="Bucket that holds the asset library")
    r2_public_url: str | None = Field(default=None, description="Public base URL of the bucket, if it has one")
    r2_endpoint_url: str | None = Field(default=None, description="Endpoint of another S3 than Cloudflare's")
    r2_region: str | None = Field(default=None, description="Region that requests to another S3 are signed for")
    r2_redirect: bool = Field(
        default=True, description="Send who reads a file to the bucket; false: hand its bytes through this server"
    )
    r2_timeout_seconds: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds of silence after which a request to the bucket is tried again"
    )
    r2_patience_seconds: float = Field(
        default=300.0, ge=0, le=3600, description="Seconds that trouble of the bucket is waited out before work rests"
    )
    library_cache_mb: int = Field(
        default=2000, ge=0, description="Room for copies of a bucket's files in DATA_DIR/cache (megabytes)"
    )

    default_aspect_ratio: Literal["9:16"] = Field(default="9:16", description="Shape of every picture and clip")
    wrong_shape: Literal["fit", "refuse"] = Field(
        default="fit",
        description="Results of another shape: `fit` cuts pictures to it, `refuse` lets a person decide",
    )
    default_video_duration: float = Field(
        default=10.0, ge=1.0, le=60.0, description="Seconds of a clip whose scene has no dialogue and says no duration"
    )
    max_retries: int = Field(
        default=2, ge=0, le=5, description="How often a bad download is fetched again before a person decides"
    )
    jobs_dir: Path = Field(default=Path("./jobs"), description="Where `sfd jobs --export` writes one JSON file per job")
    outputs_dir: Path = Field(default=Path("./outputs"), description="Where `sfd make` and `sfd export` put films")
    data_dir: Path = Field(default=Path("./data"), description="Database, asset library and working files")
    database_url: str | None = Field(default=None, description="Database; default: SQLite inside DATA_DIR")
    api_keys: SecretStr | None = Field(
        default=None, description="Comma-separated keys that X-API-Key must match; empty: loopback only, no key"
    )
    host: str = Field(default="127.0.0.1", description="Address that `sfd serve` binds")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `sfd serve` binds")
    worker_processes: int | None = Field(
        default=None, ge=1, le=64, description="Processes that draw, film and cut; default: one per core"
    )
    min_free_disk_mb: int = Field(
        default=200, ge=0, description="Free space under which no new node is started (megabytes)"
    )
    max_body_mb: int = Field(
        default=16, ge=1, le=1024, description="Largest body of a request, uploads excepted (megabytes)"
    )
    max_upload_mb: int = Field(default=256, ge=1, le=10_240, description="Largest uploaded file (megabytes)")
    user_library_mb: int = Field(
        default=0, ge=0, description="Room that a user's files may take before uploads are refused (megabytes); 0: any"
    )
    library_grace_days: float = Field(
        default=7.0, ge=0, le=3650, description="Days that a file which was deleted can be restored"
    )
    requests_per_minute: int = Field(
        default=6000, ge=0, description="Requests that one key may send in a minute; 0: as many as it likes"
    )
    user_daily_cap_usd: float | None = Field(
        default=None, ge=0, description="The most that a user's jobs of one day (UTC) may cost, in US dollars"
    )
    cors_origins: str = Field(
        default="", description="Comma-separated origins whose pages may call the API; empty: none"
    )
    outbound_allow: str = Field(
        default="",
        description="Comma-separated `host` or `host:port`: private addresses for webhooks and reference pictures",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="What is logged")
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="How: `auto` is JSON when stderr is not a terminal"
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        default=None, description="Base URL of an OTLP/HTTP receiver of traces; empty: none are made"
    )
    event_retention_days: int = Field(
        default=30, ge=1, le=3650, description="Days that `sfd gc` keeps the events of runs that ended"
    )

    @property
    def sqlite_path(self) -> Path:
        """The embedded database's file."""
        return self.data_dir / "sfd.db"

    @property
    def effective_database_url(self) -> str:
        """The database SFD uses, as a SQLAlchemy URL without a driver."""
        return self.database_url or f"sqlite:///{self.sqlite_path}"

    @property
    def accepted_api_keys(self) -> tuple[str, ...]:
        """The keys in API_KEYS, blanks dropped."""
        if self.api_keys is None:
            return ()
        return tuple(key.strip() for key in self.api_keys.get_secret_value().split(",") if key.strip())
