# syntax=docker/dockerfile:1
# Two stages: the first installs from the lock with hashes, the second holds what runs and nothing that builds.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sfd
WORKDIR /src
COPY requirements.lock .
# The lock also holds what tests and documents need. Only what SFD itself needs is picked from it.
COPY pyproject.toml README.md LICENSE ./
COPY deploy/runtime_lock.py deploy/
RUN python deploy/runtime_lock.py pyproject.toml requirements.lock otel voice > runtime.lock \
    && /opt/sfd/bin/pip install --require-hashes --no-deps -r runtime.lock
COPY src src
RUN /opt/sfd/bin/pip install --no-deps . \
    && /opt/sfd/bin/python -m compileall -q /opt/sfd/lib

FROM python:3.11-slim
LABEL org.opencontainers.image.title="SFD" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home sfd \
    && install --directory --owner sfd --group sfd /data
COPY --from=build /opt/sfd /opt/sfd
ENV PATH=/opt/sfd/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data/sfd \
    OUTPUTS_DIR=/data/outputs \
    JOBS_DIR=/data/jobs \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
USER sfd
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Readiness of the server. A container that only works (`sfd worker`) turns this off: it answers no HTTP.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import os,urllib.request as u; u.urlopen('http://127.0.0.1:'+os.environ['PORT']+'/ready',timeout=4)"]
ENTRYPOINT ["sfd"]
CMD ["serve"]
