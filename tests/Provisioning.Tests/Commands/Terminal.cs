using System.CommandLine;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Commands;

/// <summary>What a verb left behind.</summary>
internal sealed record Printed(int Code, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>Types verbs, as a user would, at the database of a core that is up.</summary>
internal static class Terminal
{
    public static async Task<Printed> TypeAsync(this CoreFixture core, params string[] words)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await Provisioning.Commands.RunAsync(
            [.. words, .. core.Settings], services => services.AddSingleton<TimeProvider>(core.Time), new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return new Printed(code, output.ToString(), error.ToString());
    }
}
