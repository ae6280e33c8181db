import HTTPServer
import HTTPTypes
import JSON

/// What Amazon SageMaker asks of the container of an endpoint, with requests and answers of its DeepAR
/// (https://docs.aws.amazon.com/sagemaker/latest/dg/deepar-in-formats.html).
final class SageMakerFace: Face {
    static let tags: [(name: String, text: String)] = [
        ("sagemaker", "An endpoint's container of SageMaker, with the forecasts of its DeepAR.")
    ]
    static let examples = SageMakerSchemas.examples
    static func schemas(_ limits: ServiceLimits) -> JSONObject { SageMakerSchemas.json(limits) }
    static let errorContent = ErrorContent(
        mediaType: "application/json", schema: "SageMakerError", description: "error")

    static func routes(_ limits: ServiceLimits) -> [Route<SageMakerFace>] {
        [
            .onLoop(
                "sagemaker/ping", .get, "/ping", nil, "The server takes requests.", answers: [Route.Answer()],
                problems: [503]
            ) { try $0.invocations.ping($1) },
            .onLoop(
                "sagemaker/getExecutionParameters", .get, "/execution-parameters", nil,
                "How a batch transform should ask.", answers: [.json("SageMakerExecutionParameters")]
            ) { try $0.invocations.executionParameters($1) },
            Route(
                "sagemaker/invoke", .post, "/invocations", .predict,
                "Forecasts each instance as far as the model was trained to.", changes: false,
                parameters: [
                    .header(
                        SageMakerEndpoint.targetModelName,
                        "The model; without it default_model, or the only one there is.", OpenAPISchemas.reference,
                        example: "airline")
                ], content: .json("DeepARRequest", lines: "DeepARInstance"), limit: \.predictBodySizeBytesMax,
                answers: [Route.Answer(bodies: [.json("DeepARAnswer"), .lines("DeepARPrediction")])],
                problems: [404, 422]
            ) { try await $0.invocations.invoke($1) },
        ]
    }

    let invocations: SageMakerEndpoint

    init(_ context: FaceContext) { invocations = SageMakerEndpoint(context) }

    static func response(to problem: Problem) -> Response { problem.sageMakerResponse }
}
