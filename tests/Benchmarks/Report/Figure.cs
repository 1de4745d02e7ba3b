using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EncryptionService.Benchmarks.Report;

/// <summary>One figure, with its bar where it has one.</summary>
/// <param name="Benchmark">What was run.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median, or what else the name says.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Bar">The bar, or null.</param>
/// <param name="Held">Whether the value keeps the bar; null without one.</param>
/// <param name="Note">What else is worth saying.</param>
internal sealed record Figure(string Benchmark, string Name, double Value, string Unit, string? Bar, bool? Held, string? Note);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Figure>))]
internal sealed partial class FigureJson : JsonSerializerContext
{
    /// <summary>Bars as people write them: &gt;= is not escaped.</summary>
    public static FigureJson MakeReadable() => new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
