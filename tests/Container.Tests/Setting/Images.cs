using EncryptionService.Compliance;

[assembly: AssemblyFixture(typeof(EncryptionService.Container.Tests.Setting.Images))]
[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace EncryptionService.Container.Tests.Setting;

/// <summary>Both images, built once for all tests as deploy/image.sh builds them, on the stand-in base of tests/container/base.sh.</summary>
public sealed class Images : IAsyncLifetime
{
    /// <summary>Name of the stand-in base.</summary>
    public const string Base = "encryption-service-base:test";

    /// <summary>The service's image.</summary>
    public const string Service = "encryption-service:test";

    /// <summary>The core's image.</summary>
    public const string Provisioning = "encryption-service-provisioning:test";

    /// <summary>Both, for theories.</summary>
    public static TheoryData<string> Both => [Service, Provisioning];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!DockerEngine.IsPresent)
        {
            return;
        }

        var layer = RepositoryRoot.Combine("artifacts", "container", "base.tar");
        await DockerEngine.RunAsync("bash", [RepositoryRoot.Combine("tests", "container", "base.sh"), layer, "--import", Base], CancellationToken.None);
        string[] published = Environment.GetEnvironmentVariable("ENCRYPTION_SERVICE_PUBLISHED") is { Length: > 0 } ? ["--build-only"] : [];
        await DockerEngine.RunAsync(
            "bash", [RepositoryRoot.Combine("deploy", "image.sh"), "--tag", "test", "--base", Base, .. published], CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
