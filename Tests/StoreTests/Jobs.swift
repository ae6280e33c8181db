import Store

let ids = JobID()

func newJob(_ model: String = "m", key: String? = nil, digest: String = "d", data: String = "data", at ms: Int64 = 1000)
    -> JobRecord
{
    JobRecord(
        id: ids.make(nowMs: ms), model: model, task: "forecast", createdAtMs: ms, settings: #"{"epochs":1}"#,
        data: data,
        metadata: #"{"team":"é\u0000"}"#, promote: "always", idempotencyKey: key, requestDigest: digest)
}
