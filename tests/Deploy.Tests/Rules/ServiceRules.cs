using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;
using EncryptionService.Service;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>What the template says to the platform about the service, against the service's own code.</summary>
internal static class ServiceRules
{
    /// <summary>Seconds that the platform waits at least beyond the host's own time for a stop.</summary>
    private const int Margin = 5;

    private static readonly Lazy<TimeSpan> shutdown = new(() =>
    {
        using var host = ServiceHost.Build([], null, listens: false);
        return host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
    });

    public static Rule[] All { get; } =
    [
        ForAll("environment", Environment),
        ForAll("one identity", deployment => UnlessEqual(
            $"\"{ArmRuntime.Of(deployment.Identity.Id)}.clientId\"", Variables(deployment)["AZURE_CLIENT_ID"], "AZURE_CLIENT_ID")),
        For("operators", "approved", deployment => Unless(
            Operators.TryParse((string?)Variables(deployment)["Service__OperatorKeys"] ?? "", out var keys, out _) && keys.Count == 1, "the operators' keys do not arrive")),
        ForAll("key names", deployment => Unless(
            deployment.OfType("Microsoft.KeyVault/vaults/keys").Select(key => key.Name.Split('/')[1]).Order().SequenceEqual([new KeyOptions().OrganizationKey, new KeyOptions().WrappingKey]), "the keys are called otherwise than the service looks for")),
        ForAll("probes", Probes),
        new("probes are served", template => ArmDeployment.Of(template, Samples.With()).Container["probes"]!.AsArray().SelectMany(probe => Served((string)probe!["type"]!, (string)probe["httpGet"]!["path"]!))),
        ForAll("time to start", deployment => Unless(
            Budget(Probe(deployment, "Startup")) is >= 270 and <= 360, $"a start has {Budget(Probe(deployment, "Startup"))} s: a new role may take minutes to count")),
        ForAll("time to stop", deployment => Unless(
            (int?)deployment.App.Properties["template"]!["terminationGracePeriodSeconds"] >= shutdown.Value.TotalSeconds + Margin,
            $"the platform kills before the service's {shutdown.Value.TotalSeconds} s are over")),
    ];

    private static JsonObject Variables(ArmDeployment deployment) =>
        new(deployment.Container["env"]!.AsArray().Select(entry => KeyValuePair.Create((string)entry!["name"]!, (entry["value"] ?? Secret(deployment, (string)entry["secretRef"]!))?.DeepClone())));

    private static JsonNode? Secret(ArmDeployment deployment, string name) =>
        deployment.App.Properties["configuration"]!["secrets"]!.AsArray().SingleOrDefault(secret => (string)secret!["name"]! == name)?["value"];

    /// <summary>Every name binds to an option, every option is accepted by the service's own validators, and each value arrives.</summary>
    private static IEnumerable<string> Environment(ArmDeployment deployment)
    {
        var settings = Variables(deployment).Where(variable => variable.Key != "AZURE_CLIENT_ID")
            .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => (string?)AtRuntime(deployment, ArmFunctions.Text(variable.Value)));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        try
        {
            Bind<ServiceOptions>("Service");
            Bind<KeyOptions>("Keys");
            Bind<LedgerOptions>("Ledger");
            Bind<CoreOptions>("Core");
            using var provider = new ServiceCollection().AddLogging().AddRooms(configuration).BuildServiceProvider();
            provider.GetRequiredService<IStartupValidator>().Validate();
            var (service, core) = (provider.GetRequiredService<IOptions<ServiceOptions>>().Value, provider.GetRequiredService<IOptions<CoreOptions>>().Value);
            var keys = provider.GetRequiredService<IOptions<KeyOptions>>().Value;
            return Unless((service.OrganizationId, service.EnrolmentToken) == ("acme", Samples.Token), "organization or token do not arrive")
                .Concat(Unless((core.Id, core.Url, core.CallKey) == ("core", new Uri("https://core.example/"), Samples.Jwk), "the core does not arrive"))
                .Concat(Unless(keys.VaultUrl == new Uri("https://vault.example/"), "the vault does not arrive"))
                .Concat(Unless(provider.GetRequiredService<IOptions<LedgerOptions>>().Value.ContainerUrl == new Uri("https://storage.example/ledger"), "the ledger does not arrive"))
                .Concat(Unless(settings.Keys.Select(name => name.Split(':')[0]).All(section => section is "Service" or "Keys" or "Ledger" or "Core"), "a variable belongs to no section"));
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException or InvalidOperationException)
        {
            return [$"the service refuses these settings: {exception.Message}"];
        }

        void Bind<T>(string section) => configuration.GetSection(section).Get<T>(binder => binder.ErrorOnUnknownConfiguration = true);
    }

    /// <summary>What the platform puts in place of values that only it knows.</summary>
    private static string AtRuntime(ArmDeployment deployment, string text) => text
        .Replace($"{ArmRuntime.Of(deployment.Vault.Id)}.vaultUri", "https://vault.example/", StringComparison.Ordinal)
        .Replace($"{ArmRuntime.Of(deployment.Storage.Id)}.primaryEndpoints.blob", "https://storage.example/", StringComparison.Ordinal);

    private static JsonNode Probe(ArmDeployment deployment, string type) => deployment.Container["probes"]!.AsArray().Single(probe => (string)probe!["type"]! == type)!;

    private static int Budget(JsonNode probe) => (int)probe["initialDelaySeconds"]! + ((int)probe["periodSeconds"]! * (int)probe["failureThreshold"]!);

    private static IEnumerable<string> Probes(ArmDeployment deployment)
    {
        var probes = deployment.Container["probes"]!.AsArray();
        return Unless(probes.Select(probe => (string?)probe!["type"]).Order().SequenceEqual(["Liveness", "Readiness", "Startup"]), "the three probes are not there, once each")
            .Concat(probes.SelectMany(probe => UnlessEqual($"{new ServiceOptions().ProbePort}", probe!["httpGet"]?["port"], "the port of a probe")
                .Concat(UnlessEqual("\"HTTP\"", probe["httpGet"]?["scheme"], "the scheme of a probe"))
                .Concat(Limit(probe, "initialDelaySeconds", 1, 60))
                .Concat(Limit(probe, "periodSeconds", 1, 240))
                .Concat(Limit(probe, "timeoutSeconds", 1, 240))
                .Concat(Limit(probe, "failureThreshold", 1, 10))
                .Concat(Unless(((int?)probe["successThreshold"] ?? 1) == 1, "successThreshold"))));
    }

    private static IEnumerable<string> Limit(JsonNode probe, string member, int least, int most) =>
        Unless(probe[member] is null || ((int)probe[member]! >= least && (int)probe[member]! <= most), $"{member} is outside {least} to {most}");

    /// <summary>Asks the service's own probe code, before its start: liveness is well then, the others are not, and nothing is unknown.</summary>
    private static IEnumerable<string> Served(string type, string path)
    {
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<ServiceState>().AddSingleton<Readiness>().AddSingleton(new EncryptionService.Hosting.Instance("s", "1", "r", "p")).AddSingleton<EncryptionService.Hosting.HealthAnswer>().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Path = path;
        var answer = ProbeEndpoints.AnswerAsync(context);
        var expected = type == "Liveness" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Unless(answer.IsCompletedSuccessfully && context.Response.StatusCode == expected, $"{type} at {path} answers {context.Response.StatusCode} before the start")
            .Concat(Unless(path == $"/healthz/{type switch { "Liveness" => "live", "Readiness" => "ready", _ => "startup" }}", $"{type} asks {path}"));
    }
}
