import Store
import Testing

@Suite struct EventTests {
    @Test(arguments: StoreKind.allCases) func eventsAreFoundByWhatTheyBeginWith(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id, other = try store.insertJob(newJob()).job.id
        for json in [#"{"type":"a","n":1}"#, #"{"type":"b","n":2}"#, #"{"type":"a","n":3}"#] {
            try store.appendEvent(id, atMs: 1, json: json)
        }
        try store.appendEvent(other, atMs: 1, json: #"{"type":"a","n":4}"#)
        let found = try store.events(id, beginningWith: #"{"type":"a","#)
        #expect(
            found.map(\.json) == [#"{"type":"a","n":1}"#, #"{"type":"a","n":3}"#] && found.allSatisfy { $0.jobID == id }
        )
        #expect(try store.events("job_nothing", beginningWith: "{").isEmpty)
    }
}
