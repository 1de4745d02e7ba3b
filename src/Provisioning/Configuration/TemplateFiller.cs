using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Configuration;

/// <summary>Gives parameters of the published template defaults, and changes nothing else (docs/spec/configuration.md, section 3).</summary>
internal static class TemplateFiller
{
    // The published file is written like this as well, so the defaults are all that a comparison of the two texts shows.
    private static readonly JsonSerializerOptions written = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The template with these defaults. The same input gives the same bytes.</summary>
    /// <param name="published">The published template.</param>
    /// <param name="defaults">Parameter and value. MUST NOT begin with <c>[</c>: the deployment would evaluate it.</param>
    /// <exception cref="ArgumentException">A value begins with <c>[</c>.</exception>
    /// <exception cref="InvalidOperationException">A parameter is not in the template, or has a default already.</exception>
    public static string Fill(byte[] published, IEnumerable<(string Parameter, string Value)> defaults)
    {
        var template = JsonNode.Parse(published)!.AsObject();
        var parameters = template["parameters"]!.AsObject();
        foreach (var (name, value) in defaults)
        {
            if (value.StartsWith('['))
            {
                throw new ArgumentException($"The value of {name} would be an expression.", nameof(defaults));
            }

            if (parameters[name] is not JsonObject parameter || parameter.ContainsKey("defaultValue"))
            {
                throw new InvalidOperationException($"The published template has no parameter {name} without a default.");
            }

            parameter.Insert(parameter.IndexOf("type") + 1, "defaultValue", value);
        }

        return template.ToJsonString(written);
    }
}
