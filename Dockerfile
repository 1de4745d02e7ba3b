# The two images. What they hold is published first, outside: bash deploy/image.sh publishes and builds both (docs/decisions/0021-container-image.md).
# No stage runs a command: the base has no shell, and a build needs no network beyond the base itself.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-resolute-chiseled

FROM ${RUNTIME_IMAGE} AS runtime
# No diagnostics port: whoever gets into the container must not be able to dump memory, in which the root key is. The listeners are the programs' own.
# A small heap on a part of a core: the workstation collector, no profile-guided second compilation. Measured in docs/decisions/0021.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    DOTNET_gcConcurrent=0 \
    DOTNET_TieredPGO=0 \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_NOLOGO=1
# The one place that the programs may write to, where a volume is mounted there; a new named volume takes owner and mode over.
COPY --chown=1654:1654 artifacts/image/data/ /data/
STOPSIGNAL SIGTERM
USER 1654:1654
LABEL org.opencontainers.image.vendor="The EncryptionService authors" \
      org.opencontainers.image.licenses="Apache-2.0"

FROM runtime AS provisioning
# The folder is root's because COPY makes it: a WORKDIR in front would belong to the base's user.
COPY artifacts/image/provisioning/ /app/
WORKDIR /app
ENV Database__Path=/data/provisioning.db \
    Provisioning__KeysPath=/data/keys \
    Invitations__PickupFolder=/data/mail
EXPOSE 8090
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="Encryption Service: provisioning" \
      org.opencontainers.image.version="${VERSION}"
ENTRYPOINT ["dotnet", "/app/EncryptionService.Provisioning.dll"]

# Last, so that a build that names no target gets what customers run.
FROM runtime AS service
COPY artifacts/image/service/ /app/
WORKDIR /app
EXPOSE 8080 8081
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="Encryption Service" \
      org.opencontainers.image.version="${VERSION}"
ENTRYPOINT ["dotnet", "/app/EncryptionService.Service.dll"]
