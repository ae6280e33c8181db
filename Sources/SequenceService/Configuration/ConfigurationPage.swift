import JSON

/// `docs/configuration.md`, made from `ConfigurationTable`.
package enum ConfigurationPage {
    /// The whole page, in Markdown. It is the same on every machine.
    package static var text: String {
        introduction + section("Server", ConfigurationTable.serverKeys)
            + section("Limits of the service", ConfigurationTable.serviceLimits)
            + section("Sessions", ConfigurationTable.sessionKeys)
            + section("Limits of HTTP", ConfigurationTable.httpLimits) + ending
    }

    private static let introduction = """
        # Configuration

        This page is generated from `Sources/SequenceService/Configuration/ConfigurationTable.swift`; a unit test fails
        when they differ. `rondo serve --help` prints the same keys with the defaults of the machine at hand.

        `rondo serve` reads these sources in this order; a later one overrides an earlier one:

        1. the defaults;
        2. a JSON file, named by `--config` or `RONDO_CONFIG`, such as `config/rondo.json`: `{"queue_length_max": 100}`;
        3. the environment: `RONDO_QUEUE_LENGTH_MAX=100`;
        4. the arguments: `--queue-length-max 100` or `--queue-length-max=100`; a key that is true or false may stand \
        alone
           (`--access-log`).

        A list is an array in the file, and has commas between its items elsewhere. An unknown key or a value out of \
        range
        ends the start with exit code 78 and a line that names the place, the key and what would be right.

        *Processors* and *memory* in the defaults are those that the process may use: what its affinity and its control
        groups leave of the machine ([operations.md](operations.md#processors-and-memory)).

        SIGHUP reads all sources again and applies the certificates and the keys marked *reload*. Other keys that have
        changed are named in the log and apply from the next start. A configuration with a fault changes nothing.

        """

    private static let ending = """

        ## Variables that are not keys

        | variable | read by | meaning |
        |---|---|---|
        | `RONDO_CONFIG` | `rondo serve` | Path of the JSON file, if `--config` is not given. |
        | `RONDO_URL` | the commands that speak to a server | The server. |
        | `RONDO_KEY` | the same | The key to send. |
        | `RONDO_CA` | the same | PEM file of the authorities to trust. |
        | `SAGEMAKER_BIND_TO_PORT` | `rondo serve` | `port`, unless a variable or argument of ours sets it. |
        | `SAGEMAKER_BATCH` | `rondo serve` | `sagemaker_batch`, likewise. |
        | `DEEPAR_INFERENCE_CONFIG` | `rondo serve` | `deepar_inference_config`, likewise. |
        | `RONDO_ISA` | every command that computes | `scalar`, `avx2`, `avx512` or `neon`: the instruction set; \
        results are the same. |

        """

    private static func section(_ title: String, _ keys: [ConfigurationKey]) -> String {
        let defaults = ServerSettings()
        let rows = keys.map { key in
            let form = [key.typeName, key.unit, key.rangeText].filter { !$0.isEmpty }.joined(separator: "; ")
            let standard = key.machineDefault ?? "`\(key.value(in: defaults).text)`"
            let help = (key.isReloadable ? "*reload* " : "") + key.help
            return "| `\(key.name)` | \(form) | \(standard) | \(help) |\n"
        }
        let head = "| key | type; unit; range | default | meaning |\n|---|---|---|---|\n"
        return "\n## \(title)\n\n" + head + rows.joined()
    }
}
