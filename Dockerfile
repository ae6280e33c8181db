# syntax=docker/dockerfile:1
# Two stages: build on the official Swift image, run on its slim sibling's base with the Swift library linked in.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libssl-dev zlib1g-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
# The repository is not here; "docker build --build-arg RONDO_COMMIT=$(git rev-parse HEAD)" tells what --version says.
ARG RONDO_COMMIT=""
RUN swift build -c release --product rondo --static-swift-stdlib \
    && strip --strip-unneeded -o /rondo .build/release/rondo \
    && install -d -m 0700 -o 10001 -g 10001 /empty-data

FROM debian:bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libsqlite3-0 libssl3 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /rondo /usr/local/bin/rondo
COPY --from=build --chown=10001:10001 /empty-data /data
COPY config/rondo.json /etc/rondo/rondo.json
USER 10001:10001
VOLUME /data
EXPOSE 8080
# Others can reach the container: it starts once it has a key (`docker run --rm -v rondo-data:/data rondo keys add me --role admin`),
# or with RONDO_ALLOW_ANONYMOUS=true where the port is published to this machine only.
ENV RONDO_CONFIG=/etc/rondo/rondo.json RONDO_DATA=/data RONDO_HOST=0.0.0.0
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/rondo", "health"]
ENTRYPOINT ["/usr/local/bin/rondo"]
CMD ["serve"]
