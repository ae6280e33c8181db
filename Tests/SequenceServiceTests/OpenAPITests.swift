import JSON
import SequenceModels
import SequenceService
import TestSupport
import Testing

/// The document names what the readers accept, no less and no more.
@Suite struct OpenAPITests {
    private let schemas = OpenAPIDocument.json().value(at: "/components/schemas") ?? .null

    private func properties(_ pointer: String) -> [String: JSONValue] {
        Dictionary(
            (schemas.value(at: pointer + "/properties")?.object?.members ?? []).map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }

    /// `weightTying` → `weight_tying`.
    private func fieldName(_ property: String) -> String {
        property.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }

    /// Each stored property of a request's settings is a field that its reader fills.
    private func fields(of settings: Any) -> [(name: String, value: Any)] {
        Mirror(reflecting: settings).children.compactMap { child in child.label.map { (fieldName($0), child.value) } }
    }

    private func check(_ members: [OptionMember], _ pointer: String) {
        let documented = properties(pointer)
        for member in members {
            switch member {
            case .option(let row):
                let found = documented[row.name]?["description"]?.asString
                #expect(found?.hasPrefix(row.description) == true, "\(pointer) lacks \(row.name)")
                // What a generated client would send unasked, and where it may be refused.
                #expect(documented[row.name]?["default"] == nil)
            case .group(let group): check(group.members, "\(pointer)/properties/\(group.name)")
            }
        }
    }

    @Test func optionsAreDocumented() {
        check(SettingsOptions.members, "/TrainRequest")
        check(NetworkOptions.members, "/ImportSettings/properties/network")
        check(PredictionOptions.members, "/PredictRequest")
    }

    /// The schema of each kind of form, of one row each.
    @Test func formsAreDocumented() {
        let training = properties("/TrainRequest/properties/training")
        #expect(training["epochs"]?["minimum"]?.asInt == 1 && training["epochs"]?["maximum"]?.asInt == 100_000)
        #expect(training["seed"]?["description"]?.asString?.hasSuffix(" Default: 42.") == true)
        #expect(training["label_smoothing"]?["exclusiveMaximum"]?.asDouble == 1)
        #expect(training["max_seconds"]?["exclusiveMinimum"]?.asDouble == 0)
        #expect(training["loss"]?["enum"]?.asStrings?.contains("huber") == true)
        #expect(training["class_weights"]?["oneOf"]?.elements?.count == 2)
        let network = properties("/TrainRequest/properties/network")
        #expect(network["residual"]?["type"]?.asString == "boolean")
        #expect(network["residual"]?["description"]?.asString?.hasSuffix(" Default: false.") == true)
        #expect(properties("/TrainRequest")["validation"]?["oneOf"]?.elements?.count == 2)
        #expect(properties("/PredictRequest")["stop"]?["oneOf"]?.elements?.count == 2)
        #expect(properties("/TrainRequest/properties/forecast")["quantiles"]?["minItems"]?.asInt == 2)
    }

    @Test func importSettingsAreDocumented() {
        let documented = properties("/ImportSettings")
        for (name, _) in fields(of: ImportRequest(task: .forecast)) {
            #expect(documented[name] != nil, "/ImportSettings lacks \(name)")
        }
    }

    /// An object with every documented field; groups are filled, the others null, which readers take for absent.
    private func everyField(_ schema: JSONValue) -> JSONValue {
        .object(
            JSONObject(
                (schema["properties"]?.object?.members ?? []).map { name, value in
                    (
                        key: name,
                        value: value["properties"]?.object == nil || name == "validation" ? .null : everyField(value)
                    )
                }))
    }

    private func unknown(_ read: () throws -> Void) throws -> [String] {
        do {
            try read()
        } catch let faults as Faults {
            return faults.list.filter { $0.detail.hasPrefix("unknown field") }.map(\.pointer)
        }
        return []
    }

    @Test func documentedFieldsAreRead() throws {
        let readers: [(String, (JSONValue) throws -> Void)] = [
            ("TrainRequest", { _ = try TrainBody.read($0, limits: ServiceLimits()) }),
            ("PredictRequest", { _ = try PredictBody.read($0, limits: ServiceLimits()) }),
            ("ImportSettings", { _ = try ImportReader.read($0, limits: ServiceLimits()) }),
        ]
        for (name, read) in readers {
            let json = everyField(try #require(schemas[name]))
            #expect(json.object?.isEmpty == false)
            #expect(try unknown { try read(json) } == [], "\(name)")
        }
    }

    @Test func answersHaveTheDocumentedShapes() throws {
        let shapes = try #require(schemas.object).members.filter { $0.key.hasSuffix("Event") }.map(\.value)
        // Where a stream has one event for a sequence, it has the members of the whole answer.
        let answers: [any PredictionEvent] = [
            LabelPrediction(label: "a", probabilities: [("a", 1)]), ValuePrediction(values: [1, 2]),
            TagPrediction(labels: ["a"], probabilities: [1]),
        ]
        for answer in answers {
            let members = try #require(PredictionEncoder().json(answer, sequence: 0).object?.keys)
            let fitting = shapes.filter { shape in
                let known = shape["properties"]?.object?.keys ?? []
                return members.allSatisfy(known.contains)
                    && (shape["required"]?.asStrings ?? []).allSatisfy(members.contains)
            }
            #expect(!fitting.isEmpty, "\(members) is not a documented answer")
        }
    }

    private var check: SchemaCheck { SchemaCheck(OpenAPIDocument.json()) }

    private func operations() throws -> [(place: String, operation: JSONValue)] {
        try #require(OpenAPIDocument.json()["paths"]?.object).members.flatMap { path, item in
            (item.object?.members ?? []).map { ("\($0.key) \(path)", $0.value) }
        }
    }

    /// What generators make functions, modules and types of.
    @Test func operationsReadWell() throws {
        let operations = try operations()
        let ids = operations.compactMap { $0.operation["operationId"]?.asString }
        #expect(Set(ids).count == operations.count)
        #expect(ids.allSatisfy { $0.contains(/^[a-z]+([A-Z]+[a-z]*)*$/) }, "\(ids)")
        let tags = OpenAPIDocument.json()["tags"]?.elements?.compactMap { $0["name"]?.asString } ?? []
        for (place, operation) in operations {
            #expect(tags.contains(operation["tags"]?[0]?.asString ?? ""), "\(place)")
            #expect(operation["summary"]?.asString?.hasSuffix(".") == true, "\(place)")
            #expect(operation["responses"]?["400"] != nil, "\(place): every query may be wrong")
        }
        let used = Set(operations.compactMap { $0.operation["tags"]?[0]?.asString })
        #expect(used == Set(tags) && OpenAPIDocument.json()["servers"]?[0]?["url"]?.asString == "/")
    }

    /// Errors have the form of their face; what the HTTP server refuses is a problem everywhere.
    @Test func errorsHaveTheFormOfTheirFace() throws {
        let paths = try #require(OpenAPIDocument.json()["paths"])
        func types(_ path: String, _ method: String, _ status: String) -> [String] {
            paths[path]?[method]?["responses"]?[status]?["content"]?.object?.keys ?? []
        }
        let problem = "application/problem+json"
        #expect(types("/predict", "post", "422") == [problem] && types("/predict", "post", "401") == [problem])
        for path in ["/v1/timeseries/forecast", "/invocations"] {
            #expect(types(path, "post", "422") == ["application/json"])
            #expect(types(path, "post", "404") == ["application/json"])
            #expect(types(path, "post", "401") == ["application/json", problem])
        }
    }

    /// Each JSON body and each event has an example, and each example fits its schema.
    @Test func examplesFitTheirSchemas() throws {
        var count = 0
        for (place, operation) in try operations() {
            let bodies =
                [operation["requestBody"]].compactMap { $0 }
                + (operation["responses"]?.object?.members ?? []).filter { $0.key.hasPrefix("2") }.map(\.value)
            for body in bodies {
                for (type, media) in body["content"]?.object?.members ?? [] where media["schema"]?["format"] == nil {
                    guard type == "text/event-stream" || !type.hasPrefix("text/"),
                        operation["operationId"]?.asString != "getDocument"
                    else { continue }
                    let example = try #require(media["example"], "\(place) \(type) has no example")
                    let schema = try #require(media["schema"]?["contentSchema"] ?? media["schema"])
                    let value = type == "application/json" ? example : try event(example.asString ?? "")
                    #expect(check.faults(of: value, schema, at: "").isEmpty, "\(place) \(type)")
                    count += 1
                }
            }
            for parameter in operation["parameters"]?.elements ?? [] {
                guard let example = parameter["example"], let schema = parameter["schema"] else { continue }
                #expect(check.faults(of: example, schema, at: "").isEmpty, "\(place) \(parameter.text)")
            }
        }
        #expect(count > 20)
    }

    /// The JSON of an event's line, or of its data.
    private func event(_ text: String) throws -> JSONValue {
        let line = text.split(separator: "\n").last { !$0.hasPrefix("id:") } ?? ""
        return try JSONParser.parse(line.hasPrefix("data: ") ? String(line.dropFirst(6)) : String(line))
    }

    /// What readers refuse, the schema refuses; what it takes, they take. JSON Schema knows nothing of the model, and
    /// nothing of the data.
    @Test func requestsAreAsStrictAsTheirSchemas() throws {
        let train: [(String, Bool)] = [
            (#"{"model":"m","text":"abc"}"#, true), (#"{"model":"m","sequences":[[1,null]]}"#, true),
            (#"{"model":"m","sequences":["abc"],"from":"a@3","promote":"never","metadata":{"a":[]}}"#, true),
            (#"{"model":"m"}"#, false), (#"{"model":"m","text":"a","sequences":[[1]]}"#, false),
            (#"{"text":"abc"}"#, false), (#"{"model":"","text":"abc"}"#, false),
            (#"{"model":"a b","text":"a"}"#, false),
            (#"{"model":"m","text":5}"#, false), (#"{"model":"m","sequences":[]}"#, false),
            (#"{"model":"m","text":"a","from":"a@"}"#, false), (#"{"model":"m","text":"a","from":"a@01"}"#, false),
            (#"{"model":"m","text":"a","from":"a@b c"}"#, false), (#"{"model":"m","text":"a","odd":1}"#, false),
            (#"{"model":"m","text":"a","promote":"yes"}"#, false), (#"{"model":"m","text":"a","metadata":[]}"#, false),
            (#"{"model":"m","sequences":[{"input":[1],"target":[]}]}"#, false),
            (#"{"model":"m","sequences":[{"input":[1]}]}"#, false), (#"{"model":"m","sequences":[[1,"a"]]}"#, false),
            (#"{"model":"m","sequences":[[[1],[]]]}"#, false), (#"{"model":"m","sequences":[[[]]]}"#, false),
        ]
        for (text, isRight) in train {
            let json = try JSONParser.parse(text)
            #expect(check.faults(of: json, "TrainRequest").isEmpty == isRight, "\(text)")
            #expect(((try? TrainBody.read(json, limits: ServiceLimits())) != nil) == isRight, "\(text)")
        }
        let predict: [(String, Bool)] = [
            (#"{"model":"m@stable","sequence":[1,2]}"#, true), (#"{"model":"m@3","sequences":["a","b"]}"#, true),
            (#"{"model":"m","prompt":"a","stream":true,"weights":"float16"}"#, true), (#"{"model":"m"}"#, true),
            (#"{"model":"m","sequence":[1],"prompt":"a"}"#, false), (#"{"model":"m@0","sequence":[1]}"#, false),
            (#"{"model":"m","sequence":[1],"sequences":[[1]]}"#, false), (#"{"sequence":[1]}"#, false),
            (#"{"model":"m","sequences":[]}"#, false), (#"{"model":"m","sequence":[1],"weights":"float8"}"#, false),
            (#"{"model":"m","sequence":[1],"quantiles":["0.5"]}"#, false),
        ]
        for (text, isRight) in predict {
            let json = try JSONParser.parse(text)
            #expect(check.faults(of: json, "PredictRequest").isEmpty == isRight, "\(text)")
            #expect(((try? PredictBody.read(json, limits: ServiceLimits())) != nil) == isRight, "\(text)")
        }
        for (text, isRight) in [
            (#"{"stable":3,"beta":null}"#, true), ("{}", false), (#"{"7":1}"#, false), (#"{"a b":1}"#, false),
            (#"{"a":0}"#, false), (#"{"a":1.5}"#, false), (#"{"a":"1"}"#, false),
        ] {
            let json = try JSONParser.parse(text)
            #expect(check.faults(of: json, "Labels").isEmpty == isRight, "\(text)")
            #expect(((try? LabelsBody.read(json, countMax: 9)) != nil) == isRight, "\(text)")
        }
    }

    /// Limits that are settings of the server are stated as they are.
    @Test func limitsAreThoseOfTheServer() throws {
        var limits = ServiceLimits()
        (limits.predictSequencesMax, limits.pageRowsMax, limits.labelsPerModelMax) = (7, 8, 9)
        limits.predictBodySizeBytesMax = 12_345
        let document = OpenAPIDocument.json(limits), schemas = document["components"]?["schemas"]
        #expect(schemas?.value(at: "/PredictRequest/properties/sequences/maxItems")?.asInt == 7)
        #expect(schemas?["Labels"]?["maxProperties"]?.asInt == 9)
        let parameters = document["paths"]?["/jobs"]?["get"]?["parameters"]?.elements ?? []
        #expect(parameters.contains { $0["schema"]?["maximum"]?.asInt == 8 })
        let body = document["paths"]?["/predict"]?["post"]?["requestBody"]?["description"]?.asString
        #expect(body == "At most 12345 bytes.")
    }
}
