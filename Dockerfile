# syntax=docker/dockerfile:1

# Tags move. Pin what is released: --build-arg BASE_DIGEST=sha256:…, as docs/image.md shows.
ARG BUILD_IMAGE=node:24-trixie-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot
ARG BASE_DIGEST=""

# The bundle is the same on every platform, so it is built once, where the build runs.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY rolldown.config.ts tsconfig.json ./
COPY controller ./controller
RUN npm run bundle

FROM ${BASE_IMAGE}${BASE_DIGEST:+@${BASE_DIGEST}}
ARG BASE_IMAGE
ARG BASE_DIGEST
ARG VERSION=0.0.0
ARG REVISION=""
ARG CREATED=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="secured-function-backend" \
      org.opencontainers.image.description="Makes an Azure Function callable only through its API Management gateway." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="secured-function-backend" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}" \
      org.opencontainers.image.url="${SOURCE}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      org.opencontainers.image.base.digest="${BASE_DIGEST}"
COPY LICENSE /licenses/LICENSE
COPY --from=build --chmod=0444 /build/dist/sfb.js /app/sfb.js
WORKDIR /app
USER 65532:65532
EXPOSE 8080 8081
# Node is the entry point so that its own options can stand before the file.
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["/app/sfb.js", "controller"]
