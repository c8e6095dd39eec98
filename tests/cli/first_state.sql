-- What the first version of mailspec (57b65b6) wrote in two applies of the files in test_first_state.py.
BEGIN TRANSACTION;
CREATE TABLE mailspec_history (
	id INTEGER NOT NULL, 
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	apply VARCHAR(36) NOT NULL, 
	at FLOAT NOT NULL, 
	who TEXT NOT NULL, 
	"commit" TEXT, 
	status VARCHAR(20) NOT NULL, 
	serial BIGINT NOT NULL, 
	"plan" TEXT NOT NULL, 
	changes TEXT NOT NULL, 
	tests TEXT NOT NULL, 
	objects TEXT NOT NULL, 
	targets TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (apply)
);
INSERT INTO "mailspec_history" VALUES(1,'acme-hub','','20af1ff1-1b53-4c27-a40a-be7b46bc1fba',1.7958789214926965237e+09,'ops@runner.acme.example',NULL,'applied',1,'sha256:690c223c9be5c2f705b4948d077317d84f75354a3cfbf27de1f5556d5c0d8300','[{"action":"create","fields":[{"after":"plain","before":null,"path":"auth.method","sensitive":false},{"after":{"env":"ACME_P"},"before":null,"path":"auth.password","sensitive":true},{"after":"hub@acme.example","before":null,"path":"auth.username","sensitive":false},{"after":"hub@acme.example","before":null,"path":"from.email","sensitive":false},{"after":"127.0.0.1","before":null,"path":"host","sensitive":false},{"after":"smtp","before":null,"path":"mode","sensitive":false},{"after":9,"before":null,"path":"port","sensitive":false},{"after":"none","before":null,"path":"security","sensitive":false},{"after":30.0,"before":null,"path":"timeout","sensitive":false},{"after":"1.2","before":null,"path":"tls.minimum_version","sensitive":false},{"after":true,"before":null,"path":"tls.validate_certs","sensitive":false}],"name":"configuration:Main","note":"","status":"applied","target":"state"},{"action":"create","fields":[{"after":"alice@acme.example","before":null,"path":"from.email","sensitive":false},{"after":"outlook","before":null,"path":"mode","sensitive":false}],"name":"user:alice@acme.example","note":"","status":"applied","target":"state"},{"action":"create","fields":[{"after":"127.0.0.1","before":null,"path":"MAIL_HOST","sensitive":false},{"after":"9","before":null,"path":"MAIL_PORT","sensitive":false},{"after":"none","before":null,"path":"MAIL_SECURITY","sensitive":false},{"after":"plain","before":null,"path":"MAIL_AUTH_METHOD","sensitive":false},{"after":"hub@acme.example","before":null,"path":"MAIL_USERNAME","sensitive":false},{"after":{"env":"ACME_P"},"before":null,"path":"MAIL_PASSWORD","sensitive":true},{"after":"hub@acme.example","before":null,"path":"MAIL_FROM_ADDRESS","sensitive":false},{"after":"30","before":null,"path":"MAIL_TIMEOUT","sensitive":false},{"after":"true","before":null,"path":"MAIL_TLS_VALIDATE_CERTS","sensitive":false},{"after":"1.2","before":null,"path":"MAIL_TLS_MINIMUM_VERSION","sensitive":false}],"name":"env_file:app.env","note":"","status":"applied","target":"app"}]','[]','{"configuration:Main":{"active":false,"fields":{"auth.method":"plain","auth.password":{"env":"ACME_P"},"auth.username":"hub@acme.example","from.email":"hub@acme.example","host":"127.0.0.1","mode":"smtp","port":9,"security":"none","timeout":30.0,"tls.minimum_version":"1.2","tls.validate_certs":true},"sensitive":["auth.password"]},"user:alice@acme.example":{"active":false,"fields":{"from.email":"alice@acme.example","mode":"outlook"},"sensitive":[]}}','{"app":{"keys":{"MAIL_AUTH_METHOD":"plain","MAIL_EHLO_NAME":null,"MAIL_ENVELOPE_FROM":null,"MAIL_FROM_ADDRESS":"hub@acme.example","MAIL_FROM_NAME":null,"MAIL_HOST":"127.0.0.1","MAIL_PASSWORD":{"secret":{"env":"ACME_P"}},"MAIL_PORT":"9","MAIL_REPLY_TO":null,"MAIL_SECURITY":"none","MAIL_TIMEOUT":"30","MAIL_TLS_CA_FILE":null,"MAIL_TLS_MINIMUM_VERSION":"1.2","MAIL_TLS_SERVER_NAME":null,"MAIL_TLS_VALIDATE_CERTS":"true","MAIL_USERNAME":"hub@acme.example"},"options":{"dialect":"dotenv"},"path":"app.env","source":"configuration:Main","type":"env_file"}}');
INSERT INTO "mailspec_history" VALUES(2,'acme-hub','','ac2628e8-69a4-44f3-aec2-143c78dea85c',1.79587892326837444308e+09,'ops@runner.acme.example',NULL,'applied',2,'sha256:134f818a44dfaab13d5dafa9627414c7ae42de3a1dcb3f3c89956b0c3dcee068','[{"action":"update","fields":[{"after":10,"before":9,"path":"port","sensitive":false}],"name":"configuration:Main","note":"","status":"applied","target":"state"},{"action":"update","fields":[{"after":"10","before":"9","path":"MAIL_PORT","sensitive":false}],"name":"env_file:app.env","note":"","status":"applied","target":"app"}]','[]','{"configuration:Main":{"active":false,"fields":{"auth.method":"plain","auth.password":{"env":"ACME_P"},"auth.username":"hub@acme.example","from.email":"hub@acme.example","host":"127.0.0.1","mode":"smtp","port":10,"security":"none","timeout":30.0,"tls.minimum_version":"1.2","tls.validate_certs":true},"sensitive":["auth.password"]},"user:alice@acme.example":{"active":false,"fields":{"from.email":"alice@acme.example","mode":"outlook"},"sensitive":[]}}','{"app":{"keys":{"MAIL_AUTH_METHOD":"plain","MAIL_EHLO_NAME":null,"MAIL_ENVELOPE_FROM":null,"MAIL_FROM_ADDRESS":"hub@acme.example","MAIL_FROM_NAME":null,"MAIL_HOST":"127.0.0.1","MAIL_PASSWORD":{"secret":{"env":"ACME_P"}},"MAIL_PORT":"10","MAIL_REPLY_TO":null,"MAIL_SECURITY":"none","MAIL_TIMEOUT":"30","MAIL_TLS_CA_FILE":null,"MAIL_TLS_MINIMUM_VERSION":"1.2","MAIL_TLS_SERVER_NAME":null,"MAIL_TLS_VALIDATE_CERTS":"true","MAIL_USERNAME":"hub@acme.example"},"options":{"dialect":"dotenv"},"path":"app.env","source":"configuration:Main","type":"env_file"}}');
CREATE TABLE mailspec_instance (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	lineage VARCHAR(36) NOT NULL, 
	serial BIGINT NOT NULL, 
	PRIMARY KEY (instance, environment)
);
INSERT INTO "mailspec_instance" VALUES('acme-hub','','946cb00f-fe6a-4041-9bc7-312e206bfd9a',2);
CREATE TABLE mailspec_lock (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	token BIGINT NOT NULL, 
	holder TEXT, 
	host TEXT, 
	pid BIGINT, 
	machine TEXT, 
	since FLOAT, 
	expires FLOAT, 
	PRIMARY KEY (instance, environment)
);
INSERT INTO "mailspec_lock" VALUES('acme-hub','',2,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE mailspec_object (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	name TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	sensitive TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (instance, environment, name)
);
INSERT INTO "mailspec_object" VALUES('acme-hub','','user:alice@acme.example','{"from.email":"alice@acme.example","mode":"outlook"}','[]',0);
INSERT INTO "mailspec_object" VALUES('acme-hub','','configuration:Main','{"auth.method":"plain","auth.password":{"env":"ACME_P"},"auth.username":"hub@acme.example","from.email":"hub@acme.example","host":"127.0.0.1","mode":"smtp","port":10,"security":"none","timeout":30.0,"tls.minimum_version":"1.2","tls.validate_certs":true}','["auth.password"]',0);
CREATE TABLE mailspec_pending (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	apply VARCHAR(36) NOT NULL, 
	holder TEXT NOT NULL, 
	host TEXT NOT NULL, 
	at FLOAT NOT NULL, 
	traces TEXT NOT NULL, 
	PRIMARY KEY (instance, environment)
);
CREATE TABLE mailspec_plan (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	digest VARCHAR(80) NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (instance, environment, digest)
);
INSERT INTO "mailspec_plan" VALUES('acme-hub','','sha256:690c223c9be5c2f705b4948d077317d84f75354a3cfbf27de1f5556d5c0d8300',1.7958789214921793937e+09);
INSERT INTO "mailspec_plan" VALUES('acme-hub','','sha256:134f818a44dfaab13d5dafa9627414c7ae42de3a1dcb3f3c89956b0c3dcee068',1.79587892326795816417e+09);
CREATE TABLE mailspec_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "mailspec_schema" VALUES(1);
CREATE TABLE mailspec_target (
	instance VARCHAR(200) NOT NULL, 
	environment VARCHAR(100) NOT NULL, 
	name TEXT NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (instance, environment, name)
);
INSERT INTO "mailspec_target" VALUES('acme-hub','','app','{"keys":{"MAIL_AUTH_METHOD":"plain","MAIL_EHLO_NAME":null,"MAIL_ENVELOPE_FROM":null,"MAIL_FROM_ADDRESS":"hub@acme.example","MAIL_FROM_NAME":null,"MAIL_HOST":"127.0.0.1","MAIL_PASSWORD":{"secret":{"env":"ACME_P"}},"MAIL_PORT":"10","MAIL_REPLY_TO":null,"MAIL_SECURITY":"none","MAIL_TIMEOUT":"30","MAIL_TLS_CA_FILE":null,"MAIL_TLS_MINIMUM_VERSION":"1.2","MAIL_TLS_SERVER_NAME":null,"MAIL_TLS_VALIDATE_CERTS":"true","MAIL_USERNAME":"hub@acme.example"},"options":{"dialect":"dotenv"},"path":"app.env","source":"configuration:Main","type":"env_file"}');
CREATE INDEX ix_mailspec_history_instance ON mailspec_history (instance);
COMMIT;
