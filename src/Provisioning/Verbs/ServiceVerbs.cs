using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Configuration;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>What an organization's encryption service has to be told.</summary>
internal static class ServiceVerbs
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>service configure</c>: settings for the service, with a new enrolment token.</summary>
    /// <param name="rooms">Rooms.</param>
    /// <param name="output">Where to say it.</param>
    /// <param name="organization">Organization id.</param>
    /// <param name="file">File to write, readable by its owner only; null: standard output.</param>
    /// <param name="environment">Lines for a shell instead of JSON.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<int> ConfigureAsync(IServiceProvider rooms, Output output, string organization, FileInfo? file, bool environment, CancellationToken cancellationToken)
    {
        if (file is { Directory.Exists: false })
        {
            return output.Wrong($"There is no folder {file.DirectoryName}.");
        }

        if (await rooms.GetRequiredService<OrganizationBook>().EnrolmentTokenAsync(organization, Actor.Command, cancellationToken) is not { } token)
        {
            return output.NoOrganization(organization);
        }

        var options = rooms.GetRequiredService<IOptions<ProvisioningOptions>>().Value;
        var callKey = await rooms.GetRequiredService<CallKeys>().PublicJwkAsync(organization, cancellationToken);
        var settings = new (string Section, string Name, string Value)[]
        {
            ("Service", "OrganizationId", organization),
            ("Service", "EnrolmentToken", token),
            ("Core", "Url", options.PublicAddress.AbsoluteUri),
            ("Core", "Id", options.CoreId),
            ("Core", "CallKey", callKey),
        };
        var text = environment ? Lines(settings) : Json(settings);
        if (file is null)
        {
            output.Say(text);
            return ExitCode.Ok;
        }

        await WriteAsync(file.FullName, text, cancellationToken);
        return output.Done(
            new JsonObject { ["organization"] = organization, ["file"] = file.FullName },
            $"Wrote {file.FullName}. Its enrolment token is good once, for {OrganizationBook.EnrolmentValidity.TotalHours:0} hours.");
    }

    /// <summary><c>service template</c>: the organization's template for Azure, ready to be pasted, with a new enrolment token.</summary>
    /// <param name="rooms">Rooms.</param>
    /// <param name="output">Where to say it.</param>
    /// <param name="organization">Organization id.</param>
    /// <param name="file">File to write, readable by its owner only; null: standard output.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<int> TemplateAsync(IServiceProvider rooms, Output output, string organization, FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is { Directory.Exists: false })
        {
            return output.Wrong($"There is no folder {file.DirectoryName}.");
        }

        var (problem, text) = await rooms.GetRequiredService<ConfigurationFiles>().CreateAsync(organization, Actor.Command, cancellationToken);
        if (problem == ConfigurationProblem.NoOrganization)
        {
            return output.NoOrganization(organization);
        }

        if (problem != ConfigurationProblem.None)
        {
            return output.Wrong(problem.Explain());
        }

        if (file is null)
        {
            output.Say(text);
            return ExitCode.Ok;
        }

        await WriteAsync(file.FullName, text, cancellationToken);
        return output.Done(
            new JsonObject { ["organization"] = organization, ["file"] = file.FullName },
            $"Wrote {file.FullName}. Paste it into 'Build your own template in the editor' of Azure's 'Deploy a custom template'.",
            $"Its enrolment token is good once, for {OrganizationBook.EnrolmentValidity.TotalHours:0} hours. 'eec template verify' compares the file with the published template.");
    }

    private static string Json((string Section, string Name, string Value)[] settings) =>
        new JsonObject(settings.GroupBy(setting => setting.Section).Select(section => KeyValuePair.Create<string, JsonNode?>(
            section.Key, new JsonObject(section.Select(setting => KeyValuePair.Create<string, JsonNode?>(setting.Name, setting.Value)))))).ToJsonString(indented);

    // None of the values can hold an apostrophe: ids, an address, b64u and JSON of these.
    private static string Lines((string Section, string Name, string Value)[] settings) =>
        string.Join('\n', settings.Select(setting => $"{setting.Section}__{setting.Name}='{setting.Value}'"));

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var fresh = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await using (var stream = new FileStream(fresh, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            await using (var writer = new StreamWriter(stream))
            {
                await writer.WriteLineAsync(text.AsMemory(), cancellationToken);
            }

            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }
}
