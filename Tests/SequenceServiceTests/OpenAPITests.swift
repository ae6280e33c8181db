import JSON
import SequenceModels
import SequenceService
import Testing

/// The document names what the readers accept, no less and no more.
@Suite struct OpenAPITests {
    private let schemas = OpenAPIDocument.json.value(at: "/components/schemas") ?? .null

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
                #expect(found == row.description, "\(pointer) lacks \(row.name)")
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
        #expect(training["epochs"]?["default"] == nil && training["seed"]?["default"]?.asInt == 42)
        #expect(training["label_smoothing"]?["exclusiveMaximum"]?.asDouble == 1)
        #expect(training["max_seconds"]?["exclusiveMinimum"]?.asDouble == 0)
        #expect(training["loss"]?["enum"]?.asStrings?.contains("huber") == true)
        #expect(training["class_weights"]?["oneOf"]?.elements?.count == 2)
        let network = properties("/TrainRequest/properties/network")
        #expect(network["residual"]?["type"]?.asString == "boolean" && network["residual"]?["default"]?.asBool == false)
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
        let shapes = try #require(schemas["Prediction"]?["oneOf"]?.elements)
        // Where a stream has one event for a sequence, it has the members of the whole answer.
        let answers: [any PredictionEvent] = [
            LabelPrediction(label: "a", probabilities: [("a", 1)]), ValuePrediction(values: [1, 2]),
            TagPrediction(labels: ["a"], probabilities: [1]),
        ]
        for answer in answers {
            let members = try #require(PredictionEncoder().json(answer, sequence: 0).object?.keys).filter {
                $0 != "sequence"
            }
            let fitting = shapes.filter { shape in
                let known = shape["properties"]?.object?.keys ?? []
                return members.allSatisfy(known.contains)
                    && (shape["required"]?.asStrings ?? []).allSatisfy(members.contains)
            }
            #expect(!fitting.isEmpty, "\(members) is not a documented answer")
        }
    }
}
