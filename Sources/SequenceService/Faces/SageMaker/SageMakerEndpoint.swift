import HTTPServer
import HTTPTypes
import JSON
import SequenceModels

/// `/ping`, `/execution-parameters` and `/invocations`.
struct SageMakerEndpoint: Sendable {
    /// Names the model of a request, as for endpoints of several models.
    static let targetModelName = "X-Amzn-SageMaker-Target-Model"
    private static let targetModel = HTTPField.Name(targetModelName)
    private static let json = "application/json", lines = "application/jsonlines"
    /// What a batch transform has under way at most, in MB (SageMaker's own limit).
    private static let transformMegabytesMax = 100
    /// Models that an error lists.
    private static let listedModelsMax = 20

    private let service: Service
    private let body: BodyReader
    private let limits: ServiceLimits
    /// Of requests in lines.
    private let batch: DeepARConfiguration

    init(_ context: FaceContext) {
        service = context.service
        body = context.body
        limits = context.service.configuration.limits
        // It was checked when the settings were read.
        batch = (try? DeepARConfiguration(text: service.configuration.deepARConfiguration)) ?? DeepARConfiguration()
    }

    /// An empty answer once requests are taken.
    func ping(_ request: Request) throws -> Response {
        try service.checkReady()
        return Response(status: .ok)
    }

    /// What SageMaker asks before a batch transform: a line a request suits the limits of any request.
    func executionParameters(_ request: Request) throws -> Response {
        let threads = service.configuration.predictionThreads
        let megabytes = min(Self.transformMegabytesMax / threads, limits.predictBodySizeBytesMax >> 20)
        return .json([
            "MaxConcurrentTransforms": .integer(threads), "BatchStrategy": "SINGLE_RECORD",
            "MaxPayloadInMB": .integer(max(1, megabytes)),
        ])
    }

    /// A request whose body was read.
    private struct Asked: Sendable {
        let request: DeepARRequest
        let body: BodyReader.Body
    }

    func invoke(_ request: Request) async throws -> Response {
        // A batch transform sends lines, and not always a type.
        let types = service.configuration.takesLinesOnly ? nil : [Self.json, Self.lines]
        let asked = try await body.read(
            request, accepting: types, sizeBytesMax: limits.predictBodySizeBytesMax
        ) { [limits, batch] body, type in
            let read =
                type != Self.json
                ? try DeepARRequest(
                    lines: body.lines(countMax: limits.predictSequencesMax), configuration: batch, limits: limits)
                : try DeepARRequest(body.json(), limits: limits)
            return Asked(request: read, body: body)
        }
        let model = try await model(request)
        do {
            let run = try await service.predictions.start(
                asked.request.question(to: model), in: request.scope, for: request.client,
                on: body.queue(for: asked.body), isShort: asked.body.isShort)
            let pieces = asked.request.answer.pieces(try await run.answers())
            let type = asked.request.answer.isLines ? Self.lines : Self.json
            return pieces.response(contentType: type, of: run, on: body.bodies, for: request.client)
        } catch let faults as Faults {
            throw faults.placed([
                "/horizon": "", "/quantiles": "/configuration/quantiles", "/samples": "/configuration/num_samples",
            ])
        }
    }

    /// The model that the request names, else the configuration, else the only one.
    private func model(_ request: Request) async throws -> ModelReference {
        if let name = Self.targetModel, let text = request.head.headerFields[name] {
            guard let reference = ModelReference(text) else {
                throw RequestError.badRequest(
                    "\(Self.targetModelName) \(ModelReference.rule)\(UnusualCharacters.note(text))")
            }
            return reference
        }
        if let model = service.configuration.defaultModel { return model }
        let scope = request.scope, models = service.modelService
        switch try await service.offload.run(for: request.client, { try models.onlyModel(in: scope) }) {
        case .found(let model): return model
        case .none: throw ServiceError.gone("there is no model yet")
        case .several(let names):
            let more = names.count > Self.listedModelsMax ? " …" : ""
            throw RequestError.badRequest(
                "\(names.count) models could answer: name one in \(Self.targetModelName) or with default_model; there "
                    + "are \(names.prefix(Self.listedModelsMax).joined(separator: ", "))\(more)")
        }
    }
}
