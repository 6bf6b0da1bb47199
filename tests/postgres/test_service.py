"""`sfd serve --no-worker` and `sfd worker` as operators start them, on one PostgreSQL database."""

import subprocess
import sys
from pathlib import Path

from fakes.clients import finished
from fakes.dramas import two_episode_drama
from fakes.postgres import Postgres
from fakes.server import running_server, sfd_environment


def test_a_server_that_does_no_work_has_its_dramas_made_by_a_worker(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.new_database()
    environment = sfd_environment(tmp_path, DATABASE_URL=database, WORKER_PROCESSES="1")
    with (
        running_server(tmp_path, "--no-worker", DATABASE_URL=database) as api,
        subprocess.Popen(
            [sys.executable, "-m", "sfd", "worker"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        ) as worker,
    ):
        try:
            drama = two_episode_drama("small", episodes=1, scenes=1).model_dump(mode="json")
            assert api.post("/dramas", json={"drama": drama}).status_code == 201
            url, key = "/dramas/small/execute", {"Idempotency-Key": "once"}
            run, again = (api.post(url, json={"until": "storyboards"}, headers=key) for _ in range(2))
            assert (run.status_code, again.status_code) == (202, 202)
            assert again.headers["location"] == run.headers["location"]
            assert finished(api, run.headers["location"])["status"] == "completed"
        finally:
            worker.terminate()
        _, said = worker.communicate(timeout=60)
        assert worker.returncode == 0
        assert said.count("set R2_BUCKET, or let all of them see the same DATA_DIR") == 1


def test_the_doctor_says_what_several_machines_must_share(tmp_path: Path, postgres: Postgres) -> None:
    doctor = [sys.executable, "-m", "sfd", "doctor"]
    for database, warned in (({"DATABASE_URL": postgres.new_database()}, True), ({}, False)):
        environment = sfd_environment(tmp_path, **database)
        examined = subprocess.run(doctor, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert ("R2_BUCKET" in " ".join(examined.stdout.split())) is warned
