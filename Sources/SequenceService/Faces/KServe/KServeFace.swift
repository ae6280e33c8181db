import HTTPServer
import HTTPTypes
import JSON

/// KServe's protocol of time series: forecasts by `POST /v1/timeseries/forecast`
/// (https://kserve.github.io/website/docs/reference/time_series/api). Errors are its, too.
final class KServeFace: Face {
    static let tags: [(name: String, text: String)] = [
        ("kserve", "Forecasts in the form of KServe's time series protocol.")
    ]
    static let examples = KServeSchemas.examples
    static func schemas(_ limits: ServiceLimits) -> JSONObject { KServeSchemas.json(limits) }
    static let errorContent = ErrorContent(
        mediaType: "application/json", schema: "KServeErrorAnswer", description: "error")

    static func routes(_ limits: ServiceLimits) -> [Route<KServeFace>] {
        [
            Route(
                "kserve/forecastTimeSeries", .post, "/v1/timeseries/forecast", .predict,
                "Forecasts each series of a request.", changes: false, content: .json("KServeForecastRequest"),
                limit: \.predictBodySizeBytesMax, answers: [.json("KServeForecastAnswer")], problems: [404, 422]
            ) { try await $0.forecast.forecast($1) }
        ]
    }

    let forecast: KServeEndpoint

    init(_ context: FaceContext) {
        let service = context.service
        forecast = KServeEndpoint(
            predictions: service.predictions, body: context.body, limits: service.configuration.limits)
    }

    static func response(to problem: Problem) -> Response { problem.kserveResponse }
}
