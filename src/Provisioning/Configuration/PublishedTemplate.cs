namespace EncryptionService.Provisioning.Configuration;

/// <summary>The template as it is published (<c>deploy/azuredeploy.json</c>), carried in this assembly so that program and template are of one version.</summary>
internal static class PublishedTemplate
{
    private const string Name = "azuredeploy.json";

    /// <summary>The whole file.</summary>
    public static byte[] Read()
    {
        using var resource = typeof(PublishedTemplate).Assembly.GetManifestResourceStream(Name) ?? throw new InvalidOperationException($"{Name} is not in the assembly.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
