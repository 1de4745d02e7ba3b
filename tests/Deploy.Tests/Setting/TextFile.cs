using System.Text.Json.Nodes;

namespace EncryptionService.Deploy.Tests.Setting;

/// <summary>A file for one test.</summary>
internal sealed class TextFile : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("template-");

    public TextFile(string text)
    {
        Path = System.IO.Path.Combine(folder.FullName, "file.json");
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    /// <summary>A file of parameters with these options of the customer.</summary>
    public static TextFile Parameters(string option) =>
        new(new JsonObject(Samples.With(option).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))).ToJsonString());

    public void Dispose() => folder.Delete(recursive: true);
}
