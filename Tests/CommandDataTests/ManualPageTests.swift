import CommandData
import JSON
import Testing

@Suite struct ManualPageTests {
    private let help: JSONValue = [
        "command": [
            "commandName": "tool", "abstract": "Does things.",
            "subcommands": [
                [
                    "commandName": "run", "abstract": "Runs a file.", "discussion": ".csv: a table\n\nC:\\x …",
                    "arguments": [
                        ["kind": "positional", "valueName": "file", "abstract": "What to run.", "isOptional": true],
                        [
                            "kind": "option", "valueName": "name", "abstract": "A name-like word.",
                            "preferredName": ["kind": "long", "name": "max-name"],
                        ],
                        ["kind": "flag", "preferredName": ["kind": "short", "name": "q"], "abstract": "Quiet."],
                        ["kind": "flag", "preferredName": ["kind": "long", "name": "help"]],
                        ["kind": "positional", "valueName": "words", "shouldDisplay": false],
                    ],
                    "subcommands": [["commandName": "again", "abstract": "Runs it again."]],
                ],
                ["commandName": "help", "abstract": "Shows help."],
            ],
        ]
    ]

    @Test func commandsAndOptionsAreListed() {
        let page = ManualPage(help: help, version: "1.2.0", files: [("data/", "Models.")]).text
        #expect(page.hasPrefix(".TH TOOL 1 \"\" \"tool 1.2.0\"\n.SH NAME\ntool \\- Does things.\n"))
        #expect(page.contains(".SS tool run [<file>]\nRuns a file.\n"))
        #expect(page.contains(".TP\n.B \\-\\-max\\-name <name>\nA name\\-like word.\n"))
        #expect(page.contains(".TP\n.B \\-q\nQuiet.\n") && page.contains(".SS tool run again\n"))
        #expect(page.contains(".SH FILES\n.TP\n.I data/\nModels.\n"))
        #expect(!page.contains("words") && !page.contains("help"))
    }

    /// A text is never read as a request of the formatter.
    @Test func textsStayTexts() {
        let page = ManualPage(help: help, version: "", files: []).text
        #expect(page.contains("Runs a file.\n.PP\n\\&.csv: a table\n.PP\nC:\\ex \\[u2026]\n"))
    }
}
