using System.Text.Json;

namespace EncryptionService.Cli.Template;

/// <summary><c>eec template verify</c>: is a downloaded file the published template, and what was filled in?</summary>
internal sealed class VerifyVerb(Shell shell)
{
    private const string Resource = "azuredeploy.json";

    /// <summary>A hash that the compiler puts in: each version of the template has another one.</summary>
    private const string OfTheCompiler = "/metadata/_generator/templateHash";

    public async Task<int> RunAsync(string path, string? publishedPath, bool json, CancellationToken cancellationToken)
    {
        var publishedText = publishedPath is null ? ReadPublished() : await TemplateText.ReadFileAsync(publishedPath, cancellationToken);
        if (!TemplateText.TryParse(publishedText, out var published, out var problem))
        {
            return shell.Fail(ExitCode.Usage, $"{publishedPath} {problem}: nothing to compare with.");
        }

        if (!TemplateText.TryParse(await TemplateText.ReadFileAsync(path, cancellationToken), out var file, out problem))
        {
            return shell.Fail(ExitCode.Forged, $"{path} {problem}. Do not deploy it.");
        }

        var filled = new Dictionary<FilledParameter, string>();
        var unexpected = new List<TemplateDifference>();
        foreach (var difference in TemplateComparer.Compare(published.Value, file.Value))
        {
            if (FilledParameter.TryFind(difference, out var parameter, out var shown))
            {
                filled.Add(parameter, shown);
            }
            else
            {
                unexpected.Add(difference);
            }
        }

        Say(filled, [.. unexpected.Select(Row)], json);
        return unexpected.Count == 0 ? ExitCode.Ok : ExitCode.Forged;

        DifferenceRow Row(TemplateDifference difference)
        {
            var printer = new TemplatePrinter(TokenIn(file.Value));
            var isSecret = FilledParameter.All.Any(parameter => parameter.IsSecret && difference.Pointer == parameter.Pointer);
            return new DifferenceRow(
                printer.Pointer(difference.Pointer), printer.Value(difference.Published), isSecret && difference.File is not null ? "(not shown)" : printer.Value(difference.File));
        }
    }

    private void Say(Dictionary<FilledParameter, string> filled, DifferenceRow[] unexpected, bool json)
    {
        FilledParameter[] missing = [.. FilledParameter.All.Where(parameter => !filled.ContainsKey(parameter))];
        if (json)
        {
            shell.Print(JsonSerializer.Serialize(
                new TemplateCard(
                    unexpected.Length == 0 ? "as-published" : "differs",
                    [.. filled.Select(entry => new FilledRow(entry.Key.Name, entry.Value))], [.. missing.Select(parameter => parameter.Name)], unexpected),
                TemplateJson.Default.TemplateCard));
            return;
        }

        shell.Print(unexpected.Length == 0
            ? "AS PUBLISHED, but for what was filled in for you. Compare it with what you were told:"
            : $"NOT AS PUBLISHED: {unexpected.Length} {(unexpected.Length == 1 ? "difference" : "differences")}. Do not deploy this file.");
        foreach (var row in unexpected)
        {
            shell.Print($"{row.Pointer}");
            shell.Print($"  published   {row.Published ?? "(nothing)"}");
            shell.Print($"  this file   {row.File ?? "(nothing)"}");
        }

        if (unexpected.Any(row => row.Pointer == OfTheCompiler))
        {
            shell.Print("If the file is of another version of the template, compare it with the published file of that version: --published.");
        }

        foreach (var (parameter, shown) in filled)
        {
            shell.Print($"{parameter.Label,-16}{shown}");
        }

        foreach (var parameter in missing)
        {
            shell.Print($"{parameter.Label,-16}not filled in: you will be asked for {parameter.Name}");
        }
    }

    private static string? TokenIn(JsonElement file) =>
        file.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty(FilledParameter.All.Single(parameter => parameter.IsSecret).Name, out var token) && token.ValueKind == JsonValueKind.Object
        && token.TryGetProperty("defaultValue", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static byte[] ReadPublished()
    {
        using var resource = typeof(VerifyVerb).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is not in the program.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
