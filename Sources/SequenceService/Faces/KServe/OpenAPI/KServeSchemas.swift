import JSON
import ModelFiles
import SequenceModels

/// The schemas of KServe's time series protocol, in its words. Its requests are open, too.
enum KServeSchemas {
    static func json(_ limits: ServiceLimits) -> JSONObject {
        [
            "KServeForecastRequest": request(limits), "KServeSeries": series, "KServeOptions": options,
            "KServeForecastAnswer": answer, "KServeOutput": output, "KServeForecast": forecast,
            "KServeErrorAnswer": OpenAPISchemas.object(
                ["error": OpenAPISchemas.reference("KServeError")], required: ["error"]),
            "KServeError": OpenAPISchemas.object(
                [
                    "code": OpenAPISchemas.described(OpenAPISchemas.string, "The status of the answer."),
                    "message": OpenAPISchemas.described(OpenAPISchemas.string, "Each fault with its place."),
                    "param": OpenAPISchemas.described(
                        OpenAPISchemas.stringOrNull, "JSON Pointer to the first fault of the request."),
                    "type": OpenAPISchemas.described(OpenAPISchemas.string, "The kind of error: invalid_request."),
                ], required: ["code", "message", "param", "type"]),
        ]
    }

    private static func request(_ limits: ServiceLimits) -> JSONValue {
        OpenAPISchemas.described(
            OpenAPISchemas.object(
                [
                    "model": OpenAPISchemas.described(
                        OpenAPISchemas.reference, "name (label stable), name@version or name@label"),
                    "inputs": [
                        "type": "array", "minItems": 1, "maxItems": .integer(limits.predictSequencesMax),
                        "items": OpenAPISchemas.reference("KServeSeries"),
                        "description": "Series with names of their own, answered in their order.",
                    ],
                    "options": OpenAPISchemas.reference("KServeOptions"),
                    "metadata": OpenAPISchemas.metadata(limits),
                ], required: ["model", "inputs", "options"]),
            "Members that are not named here are not looked at.")
    }

    private static let values: JSONValue = [
        "anyOf": [OpenAPISchemas.series, OpenAPISchemas.list(of: OpenAPISchemas.series)],
        "description": "By step; of a multivariate series a list by variable for each step. null is missing.",
    ]

    private static let kind = OpenAPISchemas.words(
        KServeSeries.Kind.allCases.map(\.rawValue), "Whether a step has one value or a list of them.")

    private static let text: JSONValue = [
        "type": "string", "maxLength": .integer(ModelLimits.nameSizeBytesMax),
    ]

    private static let series: JSONValue = {
        var properties: JSONObject = [
            "type": kind, "name": text, "series": values,
            "frequency": OpenAPISchemas.described(
                text, KServeFrequency.words.replacing("\"", with: "") + "; or as in 15min and PT30M."),
            "start_timestamp": OpenAPISchemas.described(
                text, "Of the first value, ISO 8601. Without it the forecast has none."),
        ]
        // Beyond the protocol: what our records have.
        for member in KServeSeries.covariates { properties[member] = OpenAPISchemas.record["properties"]?[member] }
        return OpenAPISchemas.object(properties, required: ["type", "name", "series", "frequency"])
    }()

    private static let options = OpenAPISchemas.object(
        [
            "horizon": OpenAPISchemas.whole(1, ModelLimits.horizonMax, "Steps to forecast."),
            "quantiles": [
                "type": "array", "maxItems": .integer(ModelLimits.quantilesMax),
                "items": ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1],
                "description": "Levels to answer; without it the mean alone.",
            ],
        ], required: ["horizon"])

    private static let status = OpenAPISchemas.words(
        ["completed"], "One bad series makes the whole request an error.")
    private static let error: JSONValue = ["type": "null"]

    private static let answer = OpenAPISchemas.object(
        [
            "id": OpenAPISchemas.string,
            "created_at": OpenAPISchemas.described(OpenAPISchemas.integer, "Seconds since 1970."), "status": status,
            "error": error, "model": OpenAPISchemas.described(OpenAPISchemas.string, "name@version that answered."),
            "metadata": OpenAPISchemas.described(["type": "object"], "As it came."),
            "outputs": OpenAPISchemas.described(
                OpenAPISchemas.list(of: OpenAPISchemas.reference("KServeOutput")), "One for each series."),
        ], required: ["id", "created_at", "status", "error", "model", "outputs"])

    private static let output = OpenAPISchemas.object(
        [
            "type": OpenAPISchemas.words(["time_series_forecast"]), "id": OpenAPISchemas.string, "status": status,
            "content": OpenAPISchemas.list(of: OpenAPISchemas.reference("KServeForecast")), "error": error,
        ], required: ["type", "id", "status", "content", "error"])

    private static let path: JSONValue = [
        "type": "array",
        "items": ["anyOf": [OpenAPISchemas.number, OpenAPISchemas.list(of: OpenAPISchemas.number)]],
    ]

    private static let forecast = OpenAPISchemas.object(
        [
            "type": kind, "name": OpenAPISchemas.string, "mean_forecast": path,
            "frequency": OpenAPISchemas.described(OpenAPISchemas.string, "As it came."),
            "start_timestamp": OpenAPISchemas.described(
                OpenAPISchemas.string, "Of the first step of the forecast, written as that of the series; else empty."),
            "quantiles": [
                "type": "object", "additionalProperties": path, "description": "By level, where levels were asked for.",
            ],
        ], required: ["type", "name", "mean_forecast", "frequency", "start_timestamp"])

    static let examples: [String: JSONValue] = [
        "KServeForecastRequest": [
            "model": "airline",
            "inputs": [
                [
                    "type": "univariate_time_series", "name": "passengers", "series": [340, 318, 362, 348],
                    "frequency": "month", "start_timestamp": "1959-01-01T00:00:00Z",
                ]
            ], "options": ["horizon": 2, "quantiles": [0.1, 0.9]],
        ],
        "KServeForecastAnswer": [
            "id": "resp_01f2b8f9ad0a4ad1a1bd5c8e1bb0a3b2", "created_at": 1_795_891_044, "status": "completed",
            "error": .null, "model": "airline@1",
            "outputs": [
                [
                    "type": "time_series_forecast", "id": "ts_7a3f0c7e16bb4d7e8f5d4c1f9e0a2b6d",
                    "status": "completed",
                    "content": [
                        [
                            "type": "univariate_time_series", "name": "passengers", "mean_forecast": [357.5, 369.1],
                            "frequency": "month", "start_timestamp": "1959-05-01T00:00:00Z",
                            "quantiles": ["0.1": [329.5, 335.5], "0.9": [386.6, 403.2]],
                        ]
                    ], "error": .null,
                ]
            ],
        ],
    ]
}
