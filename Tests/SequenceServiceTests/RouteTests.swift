import Foundation
import HTTPServer
import JSON
import Logging
import SequenceService
import Testing

/// The rows of the faces: routes and OpenAPI document follow from the same ones.
@Suite struct RouteTests {
    /// Each row is one route and one operation, in the same order; no row is lost, and none given twice.
    @Test func rowsAreRoutesAndOperations() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "rondo-routes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let service = try Service(
            configuration: ServiceConfiguration(
                dataDirectory: directory.path, trainingThreads: 1, predictionThreads: 2),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onFatal: { Issue.record("\($0)") })
        let routes = FaceTable.router(service, limits: .null, statistics: { nil }).routes.map {
            "\($0.method) \($0.pattern)"
        }
        let paths = try #require(OpenAPIDocument.json()["paths"]?.object).members
        let operations = paths.flatMap { path, item in
            (item.object?.keys ?? []).map { "\($0.uppercased()) \(path)" }
        }
        #expect(routes.count > 20 && Set(routes).count == routes.count && routes.sorted() == operations.sorted())
    }

    /// A path that leads nowhere gets the one that was likely meant, with the client's names in it.
    @Test(arguments: [
        ("/models/", "did you mean /models?"), ("//models", "did you mean /models?"),
        ("/Models", "did you mean /models?"), ("/model", "did you mean /models?"),
        ("/health", "did you mean /healthz?"),
        ("/jobs/job_1/event", "did you mean /jobs/job_1/events?"),
        ("/model/airline/version/3/onnx", "did you mean /models/airline/versions/3/onnx?"),
        ("/models/airline/", "did you mean /models/airline?"), ("/favicon.ico", "GET /openapi.json says what there is"),
        ("/a/b/c/d/e/f/g", "GET /openapi.json says what there is"),
    ])
    func pathsThatLeadNowhere(_ path: String, _ hint: String) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let problem = ProblemMapper.problem(for: HTTPServerError.notFound(path: path), requestID: "r", logger: logger)
        #expect(problem.status == 404 && problem.detail == "there is nothing at \(path); \(hint)")
    }

    /// A row names schemas that its face has.
    @Test func schemasOfRowsAreThere() throws {
        let schemas = try #require(OpenAPIDocument.json().value(at: "/components/schemas")?.object?.keys)
        let text = OpenAPIDocument.json().text
        let named = text.ranges(of: "\"#/components/schemas/").map {
            String(text[$0.upperBound...].prefix { $0 != "\"" })
        }
        #expect(named.count > 100 && Set(named).subtracting(schemas).isEmpty)
    }

    /// Every capture of a path is described, and nothing else is.
    @Test func capturesAreDescribed() throws {
        for (path, item) in try #require(OpenAPIDocument.json()["paths"]?.object).members {
            let captures = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            for (method, operation) in item.object?.members ?? [] where Self.methods.contains(method) {
                let parameters = (operation["parameters"]?.elements ?? []).map { parameter in
                    // Shared ones are references.
                    guard let reference = parameter["$ref"]?.asString else { return parameter }
                    return OpenAPIDocument.json().value(at: String(reference.dropFirst())) ?? .null
                }
                let described = parameters.filter { $0["in"]?.asString == "path" }.compactMap { $0["name"]?.asString }
                #expect(described.sorted() == captures.sorted(), "\(method) \(path)")
            }
        }
    }

    /// Members of a path item that are operations (OpenAPI 3.1, 4.8.9).
    private static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
}
