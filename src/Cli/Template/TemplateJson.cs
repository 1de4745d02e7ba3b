using System.Text.Json;
using System.Text.Json.Serialization;

namespace EncryptionService.Cli.Template;

internal sealed record TemplateCard(string Result, IReadOnlyList<FilledRow> Filled, IReadOnlyList<string> NotFilled, IReadOnlyList<DifferenceRow> Unexpected);

internal sealed record FilledRow(string Parameter, string Value);

internal sealed record DifferenceRow(string Pointer, string? Published, string? File);

/// <summary>What <c>template verify --json</c> prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TemplateCard))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TemplateJson : JsonSerializerContext;
