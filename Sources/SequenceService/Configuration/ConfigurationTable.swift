import HTTPServer
package import JSON
import Store

/// All settings of `rondo serve`, in the order of `--help`.
package enum ConfigurationTable {
    private static let sizes = 1...(1 << 40)
    private static let counts = 1...10_000_000
    private static let seconds = 0.01...86_400.0

    /// Every key, in the order in which `rondo serve --help` shows them.
    package static let keys: [ConfigurationKey] = serverKeys + serviceLimits + sessionKeys + httpLimits

    /// Where the server listens, who may ask, what it logs, its threads and how it stops.
    static let serverKeys: [ConfigurationKey] =
        [
            ConfigurationKey(
                "host", "", .text(\.host),
                "Addresses to listen on, with commas between them: IPv4, IPv6 (:: takes both), localhost, or none. "
                    + "Others than loopback need keys, or allow_anonymous."
            ),
            ConfigurationKey(
                "port", "", .integer(\.port, 0...65_535),
                "Port to listen on; 0 takes a free one, which the first log line names."),
            ConfigurationKey(
                "socket", "", .text(\.socket),
                "Path of a Unix domain socket to listen on, too. One that a dead server left is replaced."),
            ConfigurationKey(
                "socket_mode", "", .word(\.socketMode, ["600", "660", "666"]),
                "Permissions of the socket's file: who may connect."),
            ConfigurationKey(
                "tls_certificate", "", .text(\.tlsCertificate),
                "PEM file of the certificate and those that lead to its authority; with tls_key it opens tls_port."),
            ConfigurationKey(
                "tls_key", "", .text(\.tlsKey), "PEM file of the certificate's private key, without a passphrase."),
            ConfigurationKey(
                "tls_client_ca", "", .text(\.tlsClientCA),
                "PEM file of authorities: clients of TLS without a certificate of theirs are refused."),
            ConfigurationKey(
                "tls_port", "", .integer(\.tlsPort, 0...65_535),
                "Port that speaks TLS, beside port; 0 takes a free one."),
            ConfigurationKey("tls_only", "", .flag(\.tlsOnly), "Listen on tls_port and not on port."),
            ConfigurationKey(
                "tls_watch_seconds", "seconds", .number(\.tlsWatchSeconds, 0.1...86_400),
                "How often changed files of TLS are looked for; a new certificate is used at once, a broken one is not."
            ),
            ConfigurationKey(
                "data", "", .text(\.data),
                "Directory of jobs, training data, checkpoints and models; made if missing."),
            ConfigurationKey(
                "read_only", "", .flag(\.isReadOnly),
                "Serve what the data directory has, and change nothing there: trainings, imports, labels, deletions "
                    + "and sessions are refused (403). By itself where the directory is on a read-only file system."),
            ConfigurationKey(
                "default_model", "",
                .form(\.defaultModel, "name, name@version or name@label", { ModelReference($0) != nil }),
                "Model that POST /invocations asks where the request names none; without it the only one there is."),
            ConfigurationKey(
                "sagemaker_batch", "", .flag(\.sageMakerBatch),
                "Bodies of POST /invocations are JSON lines whatever their content type, which a batch transform need "
                    + "not send."),
            ConfigurationKey(
                "deepar_inference_config", "",
                .form(
                    \.deepARConfiguration, "JSON as the configuration of POST /invocations",
                    { (try? DeepARConfiguration(text: $0)) != nil }),
                "What is answered to requests of POST /invocations in JSON lines; without it the mean and the "
                    + "quantiles 0.1 to 0.9."),
            ConfigurationKey(
                "keys_file", "", .text(\.keysFile), isReloadable: true,
                "File of keys, as rondo keys writes it; without this setting keys.json in the data directory, if it is "
                    + "there. With keys, requests need one."
            ),
            ConfigurationKey(
                "allow_anonymous", "", .flag(\.allowAnonymous),
                "Listen without keys on an address others can reach: whoever reaches the port may train, predict and "
                    + "delete."
            ),
            ConfigurationKey("allow_remote", "", .flag(\.allowAnonymous), "Older name of allow_anonymous."),
            ConfigurationKey(
                "allowed_hosts", "",
                .list(
                    \.allowedHosts, "names such as example.org or *.example.org, addresses, or *",
                    { HostPolicy.isName($0) }),
                """
                Names by which the server may be asked (Host), besides localhost, the machine's own and the addresses \
                listened on; others are answered by 421. With keys any name is fine until some are given.
                """
            ),
            ConfigurationKey(
                "cors_origins", "",
                .list(\.corsOrigins, "origins such as https://example.org, or *", { CrossOriginPolicy.isOrigin($0) }),
                "Origins whose web pages may ask and read answers (CORS); requests of other pages are answered by 403."
            ),
            ConfigurationKey(
                "log_level", "",
                .word(\.logLevel, ["trace", "debug", "info", "notice", "warning", "error", "critical"]),
                isReloadable: true, "Least severity that is logged (to standard error)."),
            ConfigurationKey(
                "log_format", "", .word(\.logFormat, ["text", "json"]), isReloadable: true,
                "Format of the log and of the access log: text, or a JSON object a line."),
            ConfigurationKey(
                "access_log", "", .flag(\.accessLog), isReloadable: true, "A line for each request, to standard output."
            ),
            ConfigurationKey(
                "event_loops", "threads", .integer(\.eventLoops, 1...256),
                machineDefault: "the number of processors, at most 4", "Event loops of the HTTP server."),
            ConfigurationKey(
                "training_threads", "threads", .integer(\.trainingThreads, 1...1024),
                machineDefault: "the number of processors",
                "Threads of training. Weights do not depend on it."),
            ConfigurationKey(
                "training_niceness", "", .integer(\.trainingNiceness, 0...19),
                "Added to the OS priority value of training threads: the higher, the less a job learns beside "
                    + "predictions. Whatever it is, these run between pieces of its work of a tenth of a millisecond."),
            ConfigurationKey(
                "prediction_threads", "threads", .integer(\.predictionThreads, 2...1024),
                machineDefault: "the number of processors, at least 2", "Threads of prediction."),
            ConfigurationKey(
                "stop_delay_seconds", "seconds", .number(\.stopDelaySeconds, 0...3600),
                "From SIGTERM, while /readyz says 503, until no more connections are accepted; for load balancers."),
            ConfigurationKey(
                "drain_seconds", "seconds", .number(\.drainSeconds, 0.1...3600),
                "For requests under way when the server stops; streams end with reason \"cancelled\" 5 s before, or "
                    + "after half of it."
            ),
        ]

    /// Limits of jobs, predictions, models and bodies.
    static let serviceLimits: [ConfigurationKey] = [
        ConfigurationKey(
            "train_body_bytes_max", "bytes", .integer(\.service.trainBodySizeBytesMax, sizes), isLimit: true,
            "Body of POST /train (413)."),
        ConfigurationKey(
            "predict_body_bytes_max", "bytes", .integer(\.service.predictBodySizeBytesMax, sizes), isLimit: true,
            "Body of POST /predict (413)."),
        ConfigurationKey(
            "import_body_bytes_max", "bytes", .integer(\.service.importBodySizeBytesMax, sizes), isLimit: true,
            "Body of PUT /models/{name}/versions (413)."),
        ConfigurationKey(
            "active_imports_max", "imports", .integer(\.service.activeImportsMax, counts), isLimit: true,
            "Imports under way (503 with Retry-After)."),
        ConfigurationKey(
            "request_memory_bytes_max", "bytes", .integer(\.service.requestMemoryBytesMax, sizes), isLimit: true,
            machineDefault: "a third of the memory, at most 4 GiB",
            "What all requests hold at once: bodies, their values, predictions, answers (503 with Retry-After); "
                + "one client has half of it at most."
        ),
        ConfigurationKey(
            "metadata_bytes_max", "bytes", .integer(\.service.metadataSizeBytesMax, 2...(1 << 20)), isLimit: true,
            "JSON text of metadata (422)."),
        ConfigurationKey(
            "labels_per_model_max", "labels", .integer(\.service.labelsPerModelMax, 1...100_000), isLimit: true,
            "Labels of one model (409), and of one request (422)."),
        ConfigurationKey(
            "versions_per_model_max", "versions", .integer(\.service.versionsPerModelMax, counts), isLimit: true,
            "Versions of one model, those of its unfinished jobs included (409)."),
        ConfigurationKey(
            "other_body_bytes_max", "bytes", .integer(\.service.otherBodySizeBytesMax, sizes), isLimit: true,
            "Body of every other request (413)."),
        ConfigurationKey(
            "queue_length_max", "jobs", .integer(\.service.queueLengthMax, counts), isLimit: true,
            "Jobs that wait (503 with Retry-After)."),
        ConfigurationKey(
            "attempts_max", "attempts", .integer(\.service.attemptsMax, counts), isLimit: true,
            "Ends of the process under a running job, without a new checkpoint in between, after which the job fails. "
                + "A graceful stop (SIGTERM) does not count."
        ),
        ConfigurationKey(
            "training_memory_bytes_max", "bytes", .integer(\.service.trainingMemoryBytesMax, sizes), isLimit: true,
            machineDefault: "two fifths of the memory, at most 4 GiB",
            "Estimated memory of one job (422)."),
        ConfigurationKey(
            "training_seconds_max", "seconds", .number(\.service.trainingSecondsMax, 1...1e9), isLimit: true,
            "Estimated duration of one job, or its max_seconds where that is less (422)."),
        ConfigurationKey(
            "predict_sequences_max", "sequences", .integer(\.service.predictSequencesMax, counts), isLimit: true,
            "Sequences of one prediction request (422)."),
        ConfigurationKey(
            "predict_memory_bytes_max", "bytes", .integer(\.service.predictMemoryBytesMax, sizes), isLimit: true,
            machineDefault: "an eighth of the memory, at most 512 MiB",
            "States, sample paths and answers of all sequences of one prediction request (422)."),
        ConfigurationKey(
            "active_predictions_max", "predictions", .integer(\.service.activePredictionsMax, counts), isLimit: true,
            "Predictions under way in the process (503 with Retry-After)."),
        ConfigurationKey(
            "batch_rows_max", "rows", .integer(\.service.batchRowsMax, 1...65_536), isLimit: true,
            "Rows of one step of a batch: texts, sample paths."),
        ConfigurationKey(
            "stream_events_max", "events", .integer(\.service.streamEventsMax, 1...65_536), isLimit: true,
            "Events that wait for one reader before its stream is no longer computed."),
        ConfigurationKey(
            "model_cache_bytes_max", "bytes", .integer(\.service.modelCacheBytesMax, sizes), isLimit: true,
            machineDefault: "an eighth of the memory, at most 1 GiB",
            "Weights in memory; the least recently used model goes first."),
        ConfigurationKey(
            "prefix_cache_bytes_max", "bytes", .integer(\.service.prefixCacheBytesMax, 0...(1 << 40)), isLimit: true,
            machineDefault: "a 64th of the memory, at most 64 MiB",
            "States of recurrent language models after prompts that they have read, so that a prompt that begins like "
                + "one before is not read again; the least recently used go first. 0 keeps none."),
        ConfigurationKey(
            "finished_jobs_max", "jobs", .integer(\.service.retention.jobsMax, counts), isLimit: true,
            "Finished jobs that are kept with their events; beyond, the oldest are forgotten. Versions stay."),
        ConfigurationKey(
            "finished_job_seconds_max", "seconds", .number(\.service.retention.jobSecondsMax, 1...1e10), isLimit: true,
            "How long a finished job is kept."),
        ConfigurationKey(
            "events_per_job_max", "events", .integer(\.service.retention.eventsPerJobMax, counts), isLimit: true,
            "Events of one job; beyond, every second one of its metrics goes."),
        ConfigurationKey(
            "failed_checkpoint_seconds_max", "seconds", .number(\.service.retention.failedSecondsMax, 0...1e10),
            isLimit: true, "How long the last checkpoint and the data of a failed job are kept."),
        ConfigurationKey(
            "versions_kept_max", "versions", .integer(\.service.retention.versionsMax, 0...10_000_000), isLimit: true,
            "Versions of one model that are kept; beyond, the oldest without a label go. 0 keeps all. Never deleted by "
                + "this and the next two: versions with a label, those that unfinished jobs continue, and the newest."),
        ConfigurationKey(
            "version_seconds_max", "seconds", .number(\.service.retention.versionSecondsMax, 0...1e10), isLimit: true,
            "Age at which a version without a label is deleted. 0: never."),
        ConfigurationKey(
            "version_bytes_max", "bytes", .integer(\.service.retention.versionBytesMax, 0...(1 << 50)), isLimit: true,
            "Weights of all versions together; beyond, the oldest without a label go. 0: any number."),
        ConfigurationKey(
            "page_rows_max", "rows", .integer(\.service.pageRowsMax, 1...100_000), isLimit: true,
            "Rows of one page of GET /jobs."),
        ConfigurationKey(
            "heartbeat_seconds", "seconds", .number(\.service.heartbeatSeconds, seconds), isLimit: true,
            "Silence after which a stream of Server-Sent Events sends a comment."),
    ]

    /// All limits with their values.
    package static func limits(of settings: ServerSettings) -> JSONValue {
        .object(JSONObject(keys.filter(\.isLimit).map { (key: $0.name, value: $0.value(in: settings)) }))
    }

    /// What `rondo serve --help` says about each key.
    package static var helpText: String {
        let defaults = ServerSettings()
        return keys.map { key in
            let facts = [key.typeName, key.unit, key.rangeText].filter { !$0.isEmpty }.joined(separator: "; ")
            return "  \(key.argumentName) (\(facts); default \(key.value(in: defaults).text))\n      \(key.help)"
        }.joined(separator: "\n")
    }
}
