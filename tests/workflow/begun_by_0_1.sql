BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE api_key (
	id VARCHAR(192) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256), 
	scopes VARCHAR(128) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	spend_cap_micros BIGINT, 
	created_at BIGINT NOT NULL, 
	last_used_at BIGINT, 
	revoked_at BIGINT, 
	CONSTRAINT pk_api_key PRIMARY KEY (id)
);
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('ab0538d8-ed92-4e2f-a9e9-13931f7d03e3','1',1795390317000,1795390317000,'sfd');
CREATE TABLE attempt (
	job_id VARCHAR(192) NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	owner VARCHAR(192) NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	remote_id TEXT, 
	intent_at BIGINT NOT NULL, 
	submitted_at BIGINT, 
	finished_at BIGINT, 
	cost_micros BIGINT, 
	error TEXT, 
	CONSTRAINT pk_attempt PRIMARY KEY (job_id, number)
);
INSERT INTO "attempt" VALUES('job_01m82sm9gjwykmw2hec02phksn:ben.portrait',1,'submitted','4ec83c9354cc7408','fake','fake-1','5892c0c35bd6e2524bd9ebcd82d2031d20df51ccbfbddc36dcb934b3fabdef08','ben.portrait',1795390319275,1795390319289,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES('job_01m82sm9gjwykmw2hec02phksn:ada.portrait',1,'submitted','4ec83c9354cc7408','fake','fake-1','09b8aa58c473ae6b4eb90179d5903eaead135410299ba7b18d1c7c5b35c8a874','ada.portrait',1795390319394,1795390319407,NULL,NULL,NULL);
CREATE TABLE blob (
	user_id VARCHAR(192) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	media_type VARCHAR(128) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_blob PRIMARY KEY (user_id, sha256)
);
CREATE TABLE browser_session (
	token_hash VARCHAR(64) NOT NULL, 
	key_id VARCHAR(192) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_browser_session PRIMARY KEY (token_hash)
);
CREATE TABLE budget (
	scope VARCHAR(16) NOT NULL, 
	subject VARCHAR(192) NOT NULL, 
	cap_micros BIGINT, 
	spent_micros BIGINT NOT NULL, 
	reserved_micros BIGINT NOT NULL, 
	CONSTRAINT pk_budget PRIMARY KEY (scope, subject)
);
INSERT INTO "budget" VALUES('run','job_01m82sm9gjwykmw2hec02phksn',NULL,0,100000);
INSERT INTO "budget" VALUES('drama','begun',NULL,0,100000);
INSERT INTO "budget" VALUES('user_day','10000:2026-11-22',NULL,0,100000);
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE drama (
	id VARCHAR(192) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256) NOT NULL, 
	title TEXT NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	head TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	CONSTRAINT pk_drama PRIMARY KEY (id)
);
INSERT INTO "drama" VALUES('begun','10000','begun','The Quiet Lift','ready',1,'{"id":"begun","title":"The Quiet Lift","description":"Two neighbours share a lift that stops at a floor nobody built.","premise":"","language":"en","style":"","origin":null,"url":null,"characters":[{"id":"ada","name":"Ada","description":"a woman in a green coat","gender":"female","voice_description":"","main":true,"url":null,"assets":[{"id":"ada.portrait","kind":"image","depends_on":[],"prompt":"","duration":null,"references":[],"url":null,"metadata":{}}],"metadata":{}},{"id":"ben","name":"Ben","description":"an old man with a cap","gender":"male","voice_description":"","main":false,"url":null,"assets":[{"id":"ben.portrait","kind":"image","depends_on":[],"prompt":"","duration":null,"references":[],"url":null,"metadata":{}}],"metadata":{}}],"assets":[],"metadata":{}}',1795390318086,1795390318086,NULL);
CREATE TABLE episode (
	drama_id VARCHAR(192) NOT NULL, 
	idx INTEGER NOT NULL, 
	id VARCHAR(192) NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	CONSTRAINT pk_episode PRIMARY KEY (drama_id, idx), 
	CONSTRAINT uq_episode_drama_id_id UNIQUE (drama_id, id)
);
INSERT INTO "episode" VALUES('begun',0,'e1',1,'Floor 1','{"id":"e1","title":"Floor 1","description":"","premise":"","url":null,"scenes":[{"id":"e1s1","description":"The lift stops, 1-1.","setting":"INT","location":"Lift","time_of_day":"NIGHT","continues":false,"characters":["ada","ben"],"dialogue":[{"character_id":"ada","line":"Which floor is this?","tone":null,"dual":false}],"shot":{"size":"medium","angle":"eye_level","move":"static","lens_mm":null,"over_shoulder":null},"sound":"","transition":"","image_url":null,"video_url":null,"assets":[{"id":"e1s1.storyboard","kind":"image","depends_on":[],"prompt":"","duration":null,"references":[],"url":null,"metadata":{}},{"id":"e1s1.clip","kind":"video","depends_on":["e1s1.storyboard"],"prompt":"","duration":2.5,"references":[],"url":null,"metadata":{}}],"metadata":{}}],"assets":[],"metadata":{}}');
CREATE TABLE event (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	drama_id VARCHAR(192) NOT NULL, 
	job_id VARCHAR(192) NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	data TEXT NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "event" VALUES(1,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn", "parent_job_id": null, "asset_id": null, "type": "execute", "status": "pending", "progress": 0.0, "attempts": 0, "provider": "", "result": null, "error": null, "metadata": {"resume": false, "episodes": null, "until": "cuts", "force": false}}',1795390318191);
INSERT INTO "event" VALUES(2,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn", "parent_job_id": null, "asset_id": null, "type": "execute", "status": "running", "progress": 0.0, "attempts": 0, "provider": "", "result": null, "error": null, "metadata": {"resume": false, "episodes": null, "until": "cuts", "force": false}}',1795390319135);
INSERT INTO "event" VALUES(3,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn:ben.portrait", "parent_job_id": "job_01m82sm9gjwykmw2hec02phksn", "asset_id": "ben.portrait", "type": "portrait", "status": "running", "progress": 0.0, "attempts": 0, "provider": "fake", "result": null, "error": null, "metadata": {"reason": "it was never made", "character_id": "ben"}}',1795390319287);
INSERT INTO "event" VALUES(4,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn:ben.portrait", "parent_job_id": "job_01m82sm9gjwykmw2hec02phksn", "asset_id": "ben.portrait", "type": "portrait", "status": "running", "progress": 0.0, "attempts": 1, "provider": "fake", "result": null, "error": null, "metadata": {"reason": "it was never made", "character_id": "ben"}}',1795390319291);
INSERT INTO "event" VALUES(5,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn:ada.portrait", "parent_job_id": "job_01m82sm9gjwykmw2hec02phksn", "asset_id": "ada.portrait", "type": "portrait", "status": "running", "progress": 0.0, "attempts": 0, "provider": "fake", "result": null, "error": null, "metadata": {"reason": "it was never made", "character_id": "ada"}}',1795390319348);
INSERT INTO "event" VALUES(6,'begun','job_01m82sm9gjwykmw2hec02phksn','job','{"job_id": "job_01m82sm9gjwykmw2hec02phksn:ada.portrait", "parent_job_id": "job_01m82sm9gjwykmw2hec02phksn", "asset_id": "ada.portrait", "type": "portrait", "status": "running", "progress": 0.0, "attempts": 1, "provider": "fake", "result": null, "error": null, "metadata": {"reason": "it was never made", "character_id": "ada"}}',1795390319436);
CREATE TABLE idempotency_key (
	scope VARCHAR(192) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	subject VARCHAR(192) NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_idempotency_key PRIMARY KEY (scope, "key")
);
CREATE TABLE job (
	id VARCHAR(192) NOT NULL, 
	parent_id VARCHAR(192), 
	drama_id VARCHAR(192) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256) NOT NULL, 
	node_id VARCHAR(160), 
	type VARCHAR(32) NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	prompt TEXT NOT NULL, 
	depends_on TEXT NOT NULL, 
	spec TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	progress FLOAT NOT NULL, 
	result TEXT, 
	error TEXT, 
	estimated_micros BIGINT NOT NULL, 
	actual_micros BIGINT, 
	meta TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	completed_at BIGINT, cancel_requested_at BIGINT, key_id VARCHAR(192) DEFAULT '' NOT NULL, paused_for VARCHAR(64), 
	CONSTRAINT pk_job PRIMARY KEY (id)
);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn',NULL,'begun','10000','begun',NULL,'execute','running',0,'','','','[]','{}',0,0.0,NULL,NULL,200000,NULL,'{"resume": false, "episodes": null, "until": "cuts", "force": false}',1795390318122,1795390319133,NULL,NULL,'',NULL);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn:ada.portrait','job_01m82sm9gjwykmw2hec02phksn','begun','10000','begun','ada.portrait','portrait','running',0,'fake','fake-1','Portrait of Ada, female: a woman in a green coat. Head and shoulders, facing the camera, neutral expression, even light, plain background. Vertical 9:16.','[]','{"kind": "picture", "prompt": "Portrait of Ada, female: a woman in a green coat. Head and shoulders, facing the camera, neutral expression, even light, plain background. Vertical 9:16.", "scene": null, "character": {"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}, "references": [], "library": [], "aspect_ratio": "9:16"}',1,0.0,NULL,NULL,50000,NULL,'{"reason": "it was never made", "character_id": "ada"}',1795390318122,1795390319347,NULL,NULL,'',NULL);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn:ben.portrait','job_01m82sm9gjwykmw2hec02phksn','begun','10000','begun','ben.portrait','portrait','running',1,'fake','fake-1','Portrait of Ben, male: an old man with a cap. Head and shoulders, facing the camera, neutral expression, even light, plain background. Vertical 9:16.','[]','{"kind": "picture", "prompt": "Portrait of Ben, male: an old man with a cap. Head and shoulders, facing the camera, neutral expression, even light, plain background. Vertical 9:16.", "scene": null, "character": {"id": "ben", "name": "Ben", "description": "an old man with a cap", "gender": "male", "voice_description": "", "main": false, "position": 1}, "references": [], "library": [], "aspect_ratio": "9:16"}',1,0.0,NULL,NULL,50000,NULL,'{"reason": "it was never made", "character_id": "ben"}',1795390318122,1795390319286,NULL,NULL,'',NULL);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn:e1s1.storyboard','job_01m82sm9gjwykmw2hec02phksn','begun','10000','begun','e1s1.storyboard','storyboard','pending',2,'fake','fake-1','Medium shot at eye level. INT Lift, night. The lift stops, 1-1. In the picture: Ada (a woman in a green coat); Ben (an old man with a cap). Vertical 9:16, one single frame, no text, no captions.','["ada.portrait", "ben.portrait"]','{"kind": "picture", "prompt": "Medium shot at eye level. INT Lift, night. The lift stops, 1-1. In the picture: Ada (a woman in a green coat); Ben (an old man with a cap). Vertical 9:16, one single frame, no text, no captions.", "scene": {"label": "1-1", "number": 1, "setting": "INT", "location": "Lift", "time_of_day": "NIGHT", "description": "The lift stops, 1-1.", "sound": "", "dialogue": [{"character_id": "ada", "line": "Which floor is this?", "tone": null, "dual": false}], "shot": {"size": "medium", "angle": "eye_level", "move": "static", "lens_mm": null, "over_shoulder": null}, "cast": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}, {"id": "ben", "name": "Ben", "description": "an old man with a cap", "gender": "male", "voice_description": "", "main": false, "position": 1}], "voices": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}], "seconds": 2.5, "language": "en", "style": "", "strip": [{"seconds": 2.5, "speaker": 0}], "strip_index": 0}, "character": null, "references": ["ada.portrait", "ben.portrait"], "library": [], "aspect_ratio": "9:16"}',0,0.0,NULL,NULL,50000,NULL,'{"reason": "it was never made", "episode_id": "e1", "scene_id": "e1s1"}',1795390318122,NULL,NULL,NULL,'',NULL);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn:e1s1.clip','job_01m82sm9gjwykmw2hec02phksn','begun','10000','begun','e1s1.clip','clip','pending',3,'fake','fake-1','Medium shot at eye level. The camera does not move. Single continuous shot. INT Lift, night. The lift stops, 1-1. Ada says: "Which floor is this?"','["e1s1.storyboard"]','{"kind": "clip", "prompt": "Medium shot at eye level. The camera does not move. Single continuous shot. INT Lift, night. The lift stops, 1-1. Ada says: \"Which floor is this?\"", "seconds": 2.5, "scene": {"label": "1-1", "number": 1, "setting": "INT", "location": "Lift", "time_of_day": "NIGHT", "description": "The lift stops, 1-1.", "sound": "", "dialogue": [{"character_id": "ada", "line": "Which floor is this?", "tone": null, "dual": false}], "shot": {"size": "medium", "angle": "eye_level", "move": "static", "lens_mm": null, "over_shoulder": null}, "cast": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}, {"id": "ben", "name": "Ben", "description": "an old man with a cap", "gender": "male", "voice_description": "", "main": false, "position": 1}], "voices": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}], "seconds": 2.5, "language": "en", "style": "", "strip": [{"seconds": 2.5, "speaker": 0}], "strip_index": 0}, "references": ["e1s1.storyboard"], "library": [], "aspect_ratio": "9:16"}',0,0.0,NULL,NULL,50000,NULL,'{"reason": "it was never made", "episode_id": "e1", "scene_id": "e1s1"}',1795390318122,NULL,NULL,NULL,'',NULL);
INSERT INTO "job" VALUES('job_01m82sm9gjwykmw2hec02phksn:cut:e1','job_01m82sm9gjwykmw2hec02phksn','begun','10000','begun','cut:e1','cut','pending',4,'sfd','','','["e1s1.clip"]','{"kind": "cut", "episode_id": "e1", "number": 1, "title": "Floor 1", "drama_title": "The Quiet Lift", "language": "en", "clips": [{"node_id": "e1s1.clip", "scene": {"id": "e1s1", "description": "The lift stops, 1-1.", "setting": "INT", "location": "Lift", "time_of_day": "NIGHT", "continues": false, "characters": ["ada", "ben"], "dialogue": [{"character_id": "ada", "line": "Which floor is this?", "tone": null, "dual": false}], "shot": {"size": "medium", "angle": "eye_level", "move": "static", "lens_mm": null, "over_shoulder": null}, "sound": "", "transition": "", "image_url": null, "video_url": null, "assets": [], "metadata": {}}}], "storyboards": ["e1s1.storyboard"], "labels": ["1-1"], "cover": {"label": "1-1", "number": 1, "setting": "INT", "location": "Lift", "time_of_day": "NIGHT", "description": "The lift stops, 1-1.", "sound": "", "dialogue": [{"character_id": "ada", "line": "Which floor is this?", "tone": null, "dual": false}], "shot": {"size": "medium", "angle": "eye_level", "move": "static", "lens_mm": null, "over_shoulder": null}, "cast": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}, {"id": "ben", "name": "Ben", "description": "an old man with a cap", "gender": "male", "voice_description": "", "main": false, "position": 1}], "voices": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat", "gender": "female", "voice_description": "", "main": true, "position": 0}], "seconds": 2.5, "language": "en", "style": "", "strip": [{"seconds": 2.5, "speaker": 0}], "strip_index": 0}, "cover_index": 0, "names": {"ada": "Ada", "ben": "Ben"}}',0,0.0,NULL,NULL,0,NULL,'{"reason": "it was never made", "episode_id": "e1"}',1795390318122,NULL,NULL,NULL,'',NULL);
CREATE TABLE library_asset (
	id VARCHAR(192) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	tag VARCHAR(64) NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	filename TEXT NOT NULL, 
	media_type VARCHAR(128) NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	meta TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	CONSTRAINT pk_library_asset PRIMARY KEY (id)
);
CREATE TABLE library_tag (
	user_id VARCHAR(192) NOT NULL, 
	tag VARCHAR(64) NOT NULL, 
	asset_id VARCHAR(192) NOT NULL, 
	CONSTRAINT pk_library_tag PRIMARY KEY (user_id, tag, asset_id)
);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('6259FBDD49C6339522ABC056D071D018','writer-outline',2,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317933,'sfd',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('B744D9D9C44741870CF1DA99C1D4A1A1','writer-screenplay',2,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317946,'sfd',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('C1BD84A4297FA401DC51142B3869F1FE','illustrator-fake',8,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317955,'sfd',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('B8F198691E66B809E2A999EE97628BB2','filmmaker-fake',8,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317968,'sfd',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('18C8F4181E68D7FDAAB74D20CB6264E1','cut',1,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317977,'sfd',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('AD81491369043BB1CACDE5ABBCD62BD0','run',32,NULL,NULL,NULL,1,0,0.1,1795390317000,1795390317998,'sfd',NULL,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE take (
	id VARCHAR(192) NOT NULL, 
	drama_id VARCHAR(192) NOT NULL, 
	node_id VARCHAR(160) NOT NULL, 
	job_id VARCHAR(192) NOT NULL, 
	library_asset_id VARCHAR(192) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	selected BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, chosen_for VARCHAR(64), inputs TEXT, 
	CONSTRAINT pk_take PRIMARY KEY (id)
);
CREATE TABLE webhook (
	id VARCHAR(192) NOT NULL, 
	user_id VARCHAR(192) NOT NULL, 
	project VARCHAR(256), 
	url TEXT NOT NULL, 
	events TEXT NOT NULL, 
	secret VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_webhook PRIMARY KEY (id)
);
CREATE TABLE webhook_delivery (
	id VARCHAR(192) NOT NULL, 
	webhook_id VARCHAR(192) NOT NULL, 
	event VARCHAR(64) NOT NULL, 
	payload TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at BIGINT NOT NULL, 
	last_status INTEGER, 
	last_error TEXT, 
	created_at BIGINT NOT NULL, 
	delivered_at BIGINT, 
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (id)
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('job_01m82sm9gjwykmw2hec02phksn','gASVOgAAAAAAAAB9lCiMBGFyZ3OUjB5qb2JfMDFtODJzbTlnand5a213MmhlYzAycGhrc26UhZSMBmt3YXJnc5R9lHUu',1795390318000);
INSERT INTO "workflow_input" VALUES('job_01m82sm9gjwykmw2hec02phksn:ada.portrait','gASVRwAAAAAAAAB9lCiMBGFyZ3OUjCtqb2JfMDFtODJzbTlnand5a213MmhlYzAycGhrc246YWRhLnBvcnRyYWl0lIWUjAZrd2FyZ3OUfZR1Lg==',1795390319000);
INSERT INTO "workflow_input" VALUES('job_01m82sm9gjwykmw2hec02phksn:ben.portrait','gASVRwAAAAAAAAB9lCiMBGFyZ3OUjCtqb2JfMDFtODJzbTlnand5a213MmhlYzAycGhrc246YmVuLnBvcnRyYWl0lIWUjAZrd2FyZ3OUfZR1Lg==',1795390319000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('job_01m82sm9gjwykmw2hec02phksn','PENDING','run',NULL,NULL,NULL,NULL,NULL,NULL,'embedded',1795390318000,1795390319000,'1',NULL,NULL,NULL,1,'run',NULL,NULL,NULL,1795390319000,NULL,1,NULL,NULL,'9814d49b-ebbe-4b6b-9117-b6c10d7ae093',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'sfd','a0356c60-359a-4d3d-9b3c-61da783ca904');
INSERT INTO "workflow_status" VALUES('job_01m82sm9gjwykmw2hec02phksn:ada.portrait','PENDING','node',NULL,NULL,NULL,NULL,NULL,NULL,'embedded',1795390319000,1795390319000,'1',NULL,NULL,NULL,1,'illustrator-fake',NULL,NULL,NULL,1795390319000,NULL,1100,NULL,NULL,'c57e923a-ebaf-4a5c-a199-5f996ca50ed8',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'sfd','d76073da-ae8e-4413-bd34-967bd024374a');
INSERT INTO "workflow_status" VALUES('job_01m82sm9gjwykmw2hec02phksn:ben.portrait','PENDING','node',NULL,NULL,NULL,NULL,NULL,NULL,'embedded',1795390319000,1795390319000,'1',NULL,NULL,NULL,1,'illustrator-fake',NULL,NULL,NULL,1795390319000,NULL,1200,NULL,NULL,'c57e923a-ebaf-4a5c-a199-5f996ca50ed8',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'sfd','c8c05b41-f9f7-4d4a-ba12-c45e6c53b3f4');
CREATE INDEX ix_event_drama_id_seq ON event (drama_id, seq);
CREATE INDEX ix_job_drama_id_id ON job (drama_id, id);
CREATE INDEX ix_job_drama_id_status_id ON job (drama_id, status, id);
CREATE INDEX ix_job_parent_id_status ON job (parent_id, status);
CREATE INDEX ix_job_status_parent_id ON job (status, parent_id);
CREATE INDEX ix_library_asset_user_id_project_type_id ON library_asset (user_id, project, type, id);
CREATE INDEX ix_library_asset_user_id_sha256 ON library_asset (user_id, sha256);
CREATE INDEX ix_take_drama_id_node_id ON take (drama_id, node_id);
CREATE INDEX ix_take_user_id_project_fingerprint ON take (user_id, project, fingerprint);
CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (created_at);
CREATE INDEX ix_webhook_user_id_id ON webhook (user_id, id);
CREATE INDEX ix_webhook_delivery_state_next_at ON webhook_delivery (state, next_at);
CREATE INDEX ix_webhook_delivery_webhook_id_id ON webhook_delivery (webhook_id, id);
CREATE INDEX ix_drama_user_id_created_at_id ON drama (user_id, created_at, id);
CREATE INDEX ix_job_key_id ON job (key_id);
CREATE INDEX ix_job_user_id_id ON job (user_id, id);
CREATE INDEX ix_attempt_fingerprint ON attempt (fingerprint);
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',6);
COMMIT;
