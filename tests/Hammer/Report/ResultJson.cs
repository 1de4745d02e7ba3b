using System.Text.Json;
using System.Text.Json.Serialization;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Run;

namespace EncryptionService.Hammer.Report;

/// <summary>Figures and checks of a run, for other programs.</summary>
internal sealed record Result(bool Held, Figures Figures, IReadOnlyList<Check> Checks, IReadOnlyCollection<string> Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Result))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    public static void Write(FileInfo file, RunOutcome outcome)
    {
        file.Directory?.Create();
        var result = new Result(outcome.Held, outcome.Figures, outcome.Checks, outcome.Faults);
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(result, Default.Result) + "\n");
    }
}
