using System.Text.Json;

namespace EncryptionService.Hpke.Tests;

/// <summary>Finds vector files: the project's own beside the tests, the larger ones where the machine has them.</summary>
internal static class VectorFiles
{
    private const string SharedVariable = "ENCRYPTION_SERVICE_SHARED";

    internal static JsonDocument Own(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "hpke", name)));

    internal static JsonDocument SharedOrSkip(string name)
    {
        var folder = Environment.GetEnvironmentVariable(SharedVariable) ?? BesideRepository();
        Assert.SkipUnless(
            folder is not null && Directory.Exists(folder), $"The shared vectors are absent; {SharedVariable} or ../shared would name them.");
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "vectors", name)));
    }

    internal static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.Text(name));

    internal static string Text(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidDataException(name);

    internal static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    /// <summary>All Wycheproof tests of a file, each with its group.</summary>
    internal static List<(JsonElement Group, JsonElement Test)> WycheproofTests(JsonDocument document)
    {
        var tests = new List<(JsonElement, JsonElement)>();
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                tests.Add((group, test));
            }
        }

        Assert.NotEmpty(tests);
        return tests;
    }

    private static string? BesideRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
            {
                return Path.Combine(folder.FullName, "..", "shared");
            }
        }

        return null;
    }
}
