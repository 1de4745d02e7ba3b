namespace EncryptionService.Container.Tests.Setting;

/// <summary>A volume of the engine: what a container keeps when it ends. It takes its owner from the image's folder.</summary>
internal sealed class Volume : IAsyncDisposable
{
    private Volume(string name) => Name = name;

    public string Name { get; }

    public static async Task<Volume> CreateAsync(CancellationToken cancellationToken) => new(await DockerEngine.RunAsync(cancellationToken, "volume", "create"));

    /// <summary>As the images expect it.</summary>
    public string AtData => $"{Name}:/data";

    public async ValueTask DisposeAsync() => await DockerEngine.RunAsync(CancellationToken.None, "volume", "rm", "--force", Name);
}
