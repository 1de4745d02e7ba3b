using System.Text.Json;
using System.Text.Json.Serialization;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Run;
using EncryptionService.Hammer.Scim;

namespace EncryptionService.Hammer.Report;

/// <summary>Figures and checks of a run, for other programs.</summary>
internal sealed record Result(bool Held, Figures Figures, IReadOnlyList<Check> Checks, IReadOnlyCollection<string> Faults);

/// <summary>The same of a run through SCIM.</summary>
internal sealed record ScimResult(bool Held, ScimFigures Figures, IReadOnlyList<Check> Checks, IReadOnlyCollection<string> Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Result))]
[JsonSerializable(typeof(ScimResult))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    public static void Write(FileInfo file, RunOutcome outcome)
    {
        file.Directory?.Create();
        var result = new Result(outcome.Held, outcome.Figures, outcome.Checks, outcome.Faults);
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(result, Default.Result) + "\n");
    }

    public static void Write(FileInfo file, ScimOutcome outcome)
    {
        file.Directory?.Create();
        var result = new ScimResult(outcome.Held, outcome.Figures, outcome.Checks, outcome.Faults);
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(result, Default.ScimResult) + "\n");
    }
}
