import HTTPServer

/// What the HTTP server counted, for Prometheus.
enum HTTPMetrics {
    static func append(_ statistics: ServerStatistics, to text: inout PrometheusText) {
        text.single("rondo_connections_open", .gauge, "Open connections.", Double(statistics.connectionsOpen))
        text.single("rondo_connection_objects", .gauge, "Connections in memory.", Double(statistics.connectionObjects))
        text.single(
            "rondo_connections_total", .counter, "Connections accepted.", Double(statistics.connectionsAccepted))
        text.single(
            "rondo_connections_refused_total", .counter, "Connections refused for their number.",
            Double(statistics.connectionsRefused))
        text.single(
            "rondo_accept_pauses_total", .counter, "Pauses of accepting for lack of descriptors.",
            Double(statistics.acceptPauses))
        text.single("rondo_clients", .gauge, "Addresses that are remembered.", Double(statistics.clients))
        text.single(
            "rondo_requests_in_flight", .gauge,
            "Requests under way, of routes that need a key where keys are asked for.",
            Double(statistics.requestsInFlight))

        text.metric(
            "rondo_http_failures_total", .counter, "Requests and connections that ended otherwise than they should.")
        for reason in FailureReason.allCases {
            text.sample(
                "rondo_http_failures_total", [("reason", reason.rawValue)],
                Double(statistics.failures[reason, default: 0]))
        }
        let routes = statistics.routes.filter { !$0.requests.isEmpty }.sorted {
            ($0.pattern, $0.method) < ($1.pattern, $1.method)
        }
        text.metric(
            "rondo_requests_total", .counter, "Requests answered; status 499 stands for clients that left before.")
        for route in routes {
            for (status, count) in route.requests.sorted(by: { $0.key < $1.key }) {
                text.sample("rondo_requests_total", labels(route) + [("status", String(status))], Double(count))
            }
        }
        text.metric("rondo_request_bytes_total", .counter, "Content received.")
        for route in routes { text.sample("rondo_request_bytes_total", labels(route), Double(route.requestBytes)) }
        text.metric("rondo_response_bytes_total", .counter, "Heads and content sent.")
        for route in routes { text.sample("rondo_response_bytes_total", labels(route), Double(route.responseBytes)) }
        text.metric("rondo_request_seconds", .histogram, "From the end of a request's head to the end of its response.")
        for route in routes { append(route.duration, "rondo_request_seconds", route, to: &text) }
        text.metric(
            "rondo_first_event_seconds", .histogram,
            "From the end of a request's head to the first bytes of its stream.")
        for route in routes where route.firstEvent.count > 0 {
            append(route.firstEvent, "rondo_first_event_seconds", route, to: &text)
        }
    }

    private static func labels(_ route: RouteStatistics) -> [(name: String, value: String)] {
        // Of requests without a route. An empty label would be the same as none.
        [
            ("method", route.method.isEmpty ? "none" : route.method),
            ("route", route.pattern.isEmpty ? "none" : route.pattern),
        ]
    }

    private static func append(
        _ histogram: Histogram, _ name: String, _ route: RouteStatistics, to text: inout PrometheusText
    ) {
        text.histogram(name, labels(route), bounds: Histogram.bounds, counts: histogram.counts, sum: histogram.sum)
    }
}
