// A whole production with nothing but the types that openapi-typescript makes of openapi.json:
// `node use_client.ts URL KEY PICTURE`. What was found is written to stdout as one JSON object.
import { readFile } from "node:fs/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

type Job = components["schemas"]["JobBody"];
type Problem = components["schemas"]["Problem"];
interface Told {
  event: string;
  data: { job_id?: string; status?: string };
}

const [baseUrl = "", key = "", picture = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { "X-API-Key": key } });
const SCREENPLAY = "INT. LIFT - NIGHT\n\nThe doors close.\n\nADA\nWhich floor is this?\n";

function good<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.error !== undefined) {
    throw new Error(`${answer.error.status} ${answer.error.code}: ${answer.error.detail}`);
  }
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url} answered ${answer.response.status} without a body`);
  }
  return answer.data;
}

async function ended(drama_id: string, job_id: string): Promise<Job> {
  for (;;) {
    const params = { path: { drama_id, job_id }, header: { Prefer: "wait=20" } };
    const job = good(await api.GET("/dramas/{drama_id}/jobs/{job_id}", { params }));
    if (job.status !== "pending" && job.status !== "running") {
      return job;
    }
  }
}

async function* messages(stream: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      const data = fields.get("data");
      if (data !== undefined) {
        yield { event: fields.get("event") ?? "message", data: JSON.parse(data) as Told["data"] };
      }
    }
  }
}

const written = await api.POST("/dramas", { body: { screenplay: SCREENPLAY } });
const accepted = good(written);
if (!("job_id" in accepted)) {
  throw new Error("a screenplay is not a finished drama");
}
const path = { drama_id: accepted.drama_id };
const writing = await ended(accepted.drama_id, accepted.job_id);

const listed = good(await api.GET("/dramas", { params: { query: { limit: 10 } } }));
const drama = good(await api.GET("/dramas/{drama_id}", { params: { path } }));
const episode = drama.episodes?.[0];
const scene = episode?.scenes?.[0];
if (episode === undefined || scene === undefined) {
  throw new Error("the screenplay has a scene");
}

const sceneUrl = "/dramas/{drama_id}/episodes/{episode_id}/scenes/{scene_id}";
const scenePath = { ...path, episode_id: episode.id, scene_id: scene.id };
const before = await api.GET(sceneUrl, { params: { path: scenePath } });
const tag = before.response.headers.get("ETag") ?? "";
const patch = { time_of_day: "DAWN", shot: { size: "close_up" as const } };
const patched = good(
  await api.PATCH(sceneUrl, { params: { path: scenePath, header: { "If-Match": tag } }, body: patch }),
);
const late = await api.PATCH(sceneUrl, { params: { path: scenePath, header: { "If-Match": tag } }, body: patch });

const planned = good(
  await api.GET("/dramas/{drama_id}/plan", { params: { path, query: { until: "portraits" } } }),
);
const header = { "Idempotency-Key": "one-run" };
const run = { params: { path, header }, body: { until: "portraits" as const } };
const first = good(await api.POST("/dramas/{drama_id}/execute", run));
const again = await api.POST("/dramas/{drama_id}/execute", run);

const followed = await api.GET("/jobs/{job_id}/events", {
  params: { path: { job_id: first.parent_job_id }, query: { last_event_id: "0" } },
  parseAs: "stream",
});
const told: Told[] = [];
if (followed.data) {
  for await (const message of messages(followed.data)) {
    told.push(message);
  }
}

const parent = await ended(accepted.drama_id, first.parent_job_id);
const portrait = await ended(accepted.drama_id, parent.child_jobs?.[0] ?? "");
const asset_id = String(portrait.result?.["library_asset_id"]);
const file = good(
  await api.GET("/asset-library/{asset_id}", { params: { path: { asset_id } }, parseAs: "arrayBuffer" }),
);

const sent = await readFile(picture);
const uploaded = good(
  await api.POST("/asset-library/upload", {
    body: { file: "", project_name: "typescript", asset_type: "image", tag: "character" },
    bodySerializer: (fields) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, file: new File([sent], "test.png") })) {
        form.append(name, value);
      }
      return form;
    },
  }),
);
const back = good(
  await api.GET("/asset-library/{asset_id}", {
    params: { path: { asset_id: uploaded.asset_id } },
    parseAs: "arrayBuffer",
  }),
);

const missing = await api.GET("/dramas/{drama_id}", { params: { path: { drama_id: "nothing" } } });

console.log(
  JSON.stringify({
    drama_id: accepted.drama_id,
    location: written.response.headers.get("Location"),
    written: writing.status,
    listed: listed.dramas.map((one) => one.id),
    patched: [patched.time_of_day, patched.shot?.size],
    late: late.error?.code,
    planned: planned.nodes.map((node) => node.asset_id),
    replayed: again.response.headers.get("Idempotent-Replayed"),
    same_run: again.data?.parent_job_id === first.parent_job_id,
    told: told.map((one) => one.event),
    last_told: told.filter((one) => one.data.job_id === first.parent_job_id).at(-1)?.data.status,
    run: [parent.status, parent.completed_jobs],
    portrait: Buffer.from(file).subarray(1, 4).toString("latin1"),
    uploaded: [uploaded.content_type, uploaded.filename, uploaded.project_name],
    same_bytes: Buffer.from(back).equals(sent),
    missing: [missing.response.status, missing.error?.code],
  }),
);
