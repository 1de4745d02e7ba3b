using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace EncryptionService.Provisioning.MemberPage;

/// <summary>The files of the member's page. They are part of this program, so that page and core are of one version.</summary>
internal sealed class PageFiles
{
    /// <summary>The page itself.</summary>
    public const string Index = "index.html";

    /// <summary>The whole page in one file.</summary>
    public const string Saved = "page.html";

    private const string Prefix = "page/";

    private static readonly Dictionary<string, string> mediaTypes = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
    };

    private readonly Dictionary<string, PageFile> files = new(StringComparer.Ordinal);

    /// <summary>Reads them all: they are few, and small.</summary>
    public PageFiles()
    {
        var assembly = typeof(PageFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            files.Add(name[Prefix.Length..], new PageFile(mediaTypes[Path.GetExtension(name)], Read(assembly, name)));
        }
    }

    /// <summary>Names of what the page loads: they change with the content.</summary>
    public IEnumerable<string> Assets => files.Keys.Where(name => name is not (Index or Saved));

    /// <summary>Finds a file by its exact name.</summary>
    public bool TryGet(string? name, [NotNullWhen(true)] out PageFile? file)
    {
        file = null;
        return name is not null && files.TryGetValue(name, out file);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
