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

    @Test func trainingSettingsAreDocumented() {
        func check(_ settings: Any, _ pointer: String) {
            let documented = properties(pointer)
            for (name, value) in fields(of: settings) {
                #expect(documented[name] != nil, "\(pointer) lacks \(name)")
                // Groups are structures of their own; everything else is an optional.
                if Mirror(reflecting: value).displayStyle == .struct { check(value, "\(pointer)/properties/\(name)") }
            }
        }
        check(SettingsRequest(), "/TrainRequest")
    }

    @Test func predictOptionsAreDocumented() {
        let documented = properties("/PredictRequest")
        // `keeping` is for whoever asks inside the process.
        for (name, _) in fields(of: PredictionRequest()) where name != "keeping" {
            #expect(documented[name] != nil, "/PredictRequest lacks \(name)")
        }
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
            ("TrainRequest", { _ = try TrainRequest.read($0, limits: ServiceLimits()) }),
            ("PredictRequest", { _ = try PredictRequest.read($0, limits: ServiceLimits()) }),
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
        let answers: [PredictionEvent] = [.label("a", [("a", 1)]), .value([1, 2]), .tags(["a"], [1])]
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
