// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 language mode, and imports that say what they mean.
/// With RONDO_STRICT set, as CI does, a warning is an error.
let isStrict = Context.environment["RONDO_STRICT"] != nil
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// The commit that is built, for `rondo version`: as the variable says, where there is no repository (docker build), or
/// as git does. In an archive that git has made it is in the source.
let commit =
    (Context.environment["RONDO_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
    ?? Context.gitInformation.map { $0.currentCommit + ($0.hasUncommittedChanges ? "+" : "") })?
    .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+") }

let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "rondo",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "rondo", targets: ["rondo"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The leaf: files, descriptors, threads, clocks, system calls.
        .target(name: "CThread", cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "System", dependencies: ["CThread"], swiftSettings: strict),

        // The maths column: knows nothing of the network.
        .target(
            name: "CKernels", dependencies: ["CThread"],
            cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "Kernels", dependencies: ["CKernels", "System"], swiftSettings: strict),
        .target(name: "RecurrentLayers", dependencies: ["Kernels", "CKernels"], swiftSettings: strict),
        .target(
            name: "SequenceModels", dependencies: ["RecurrentLayers", "Kernels", "SeriesTime"], swiftSettings: strict),
        .target(name: "ModelFiles", dependencies: ["Kernels", "System", "COpenSSL"], swiftSettings: strict),

        // Leaves: system libraries and data formats.
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "CBuild",
            cSettings: (commit.map { [.define("RONDO_COMMIT", to: "\"\($0)\"")] } ?? [])
                + (isStrict ? [.treatAllWarnings(as: .error)] : [])),
        .target(name: "CAllocator", cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "CDecimal", cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "JSON", dependencies: ["CDecimal", "System"], swiftSettings: strict),
        // Tables as people have them: text, cells, roles of columns.
        .target(name: "Tables", dependencies: ["JSON", "SeriesTime"], swiftSettings: strict),
        .target(name: "SeriesTime", dependencies: ["System"], swiftSettings: strict),
        .target(
            name: "CPageChecks", dependencies: ["CSQLite"], cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "Store", dependencies: ["CSQLite", "CPageChecks", "System"], swiftSettings: strict),

        // The network column: knows nothing of the maths.
        .target(name: "HTTP1", dependencies: ["SeriesTime", httpTypes], swiftSettings: strict),
        .target(name: "CEpoll", cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .target(name: "Sockets", dependencies: ["CEpoll", "System"], swiftSettings: strict),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "TLS", dependencies: ["COpenSSL", "System"], swiftSettings: strict),
        .target(
            name: "HTTPServer", dependencies: ["HTTP1", "Sockets", "System", "TLS", "Compression", httpTypes, logging],
            swiftSettings: strict),

        // Only here do the columns meet.
        .target(
            name: "SequenceService",
            dependencies: [
                "HTTPServer", "HTTP1", "TLS", "JSON", "Store", "ModelFiles", "SequenceModels", "RecurrentLayers",
                "Kernels", "SeriesTime", "System", "Tables", "CAllocator",
                httpTypes, logging,
            ],
            swiftSettings: strict),
        // What commands read from users and draw for them.
        .target(
            name: "CommandData", dependencies: ["SequenceModels", "Tables", "JSON", "Compression", "System"],
            swiftSettings: strict),
        .executableTarget(
            name: "rondo",
            dependencies: [
                "CommandData", "Tables", "SequenceService", "SequenceModels", "HTTPServer", "Sockets", "TLS", "JSON",
                "ModelFiles", "Store",
                "Kernels", "EngineSpeed", "System", "Compression", "CBuild",
                logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Speed lives here and never in tests: swift run -c release engine-bench
        .target(name: "EngineSpeed", dependencies: ["RecurrentLayers", "Kernels", "CKernels"], swiftSettings: strict),
        .target(name: "CAllocationCounter", path: "Benchmarks/AllocationCounter"),
        .executableTarget(
            name: "engine-bench", dependencies: ["CAllocationCounter", "EngineSpeed", "RecurrentLayers", "Kernels"],
            path: "Benchmarks/Engine", exclude: ["transformer.py"],
            swiftSettings: strict),

        .executableTarget(
            name: "json-bench", dependencies: ["CAllocationCounter", "JSON", "System"], path: "Benchmarks/JSON",
            exclude: ["compare.py"], swiftSettings: strict),

        .executableTarget(
            name: "time-bench", dependencies: ["SeriesTime"], path: "Benchmarks/SeriesTime", swiftSettings: strict),
        .executableTarget(
            name: "table-bench", dependencies: ["Tables", "JSON", "System"], path: "Benchmarks/Tables",
            exclude: ["compare.py"], swiftSettings: strict),

        // Cases that know the structure of what they spoil: Tests/Fuzz/run.sh
        .executableTarget(
            name: "fuzz-models",
            dependencies: ["SequenceService", "SequenceModels", "RecurrentLayers", "ModelFiles", "Kernels", "JSON"],
            path: "Tests/Fuzz/Models", swiftSettings: strict),

        // What tests of several targets use.
        .target(
            name: "TestSupport", dependencies: ["JSON", "System", "Store", "TLS"], path: "Tests/TestSupport",
            swiftSettings: strict),
        // Killed at every call that changes a file, by JobCrashTests.
        .target(
            name: "CCrashPoint", path: "Tests/CrashPoint",
            cSettings: isStrict ? [.treatAllWarnings(as: .error)] : []),
        .executableTarget(
            name: "crash-child",
            dependencies: ["CCrashPoint", "SequenceService", "Store", "ModelFiles", "JSON", "System", logging],
            path: "Tests/CrashChild", swiftSettings: strict),

        // The style of this repository.
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .target(name: "CWideKernels", dependencies: ["CKernels"], path: "Tests/WideKernels"),
        .testTarget(
            name: "KernelsTests", dependencies: ["Kernels", "CKernels", "CWideKernels", "System"],
            swiftSettings: strict),
        .testTarget(
            name: "RecurrentLayersTests", dependencies: ["RecurrentLayers", "Kernels", "CKernels", "ModelFiles"],
            exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(
            name: "SequenceModelsTests",
            dependencies: ["SequenceModels", "SeriesTime", "RecurrentLayers", "Kernels", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ModelFilesTests", dependencies: ["ModelFiles", "Kernels", "System", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandDataTests", dependencies: ["CommandData", "Tables", "Compression", "JSON", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "SystemTests", dependencies: ["System", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "JSONTests", dependencies: ["JSON", "CDecimal", "System", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "JSON"], swiftSettings: strict),
        .testTarget(
            name: "SeriesTimeTests", dependencies: ["SeriesTime"], exclude: ["record.py", "Recorded"],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", "CSQLite", "CPageChecks", "System", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "SocketsTests", dependencies: ["Sockets", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TLSTests", dependencies: ["TLS", "COpenSSL", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTP1Tests", dependencies: ["HTTP1", httpTypes], swiftSettings: strict),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer", "HTTP1", "Sockets", "TLS", "Compression", "TestSupport", httpTypes, logging],
            swiftSettings: strict),
        .testTarget(
            name: "SequenceServiceTests",
            dependencies: [
                "SequenceService", "HTTPServer", "SequenceModels", "SeriesTime", "RecurrentLayers", "Kernels", "Store",
                "JSON", "System", "ModelFiles", "Tables", "TestSupport", httpTypes, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests", dependencies: ["JSON", "ModelFiles", "System", "TestSupport"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17
)
