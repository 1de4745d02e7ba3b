using System.CommandLine;

namespace EncryptionService.Provisioning;

/// <summary>The verbs of the program: serve (default), and those that show or change what the core keeps. They work while the host runs.</summary>
internal static class Commands
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>One of <see cref="Verbs.ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] args) =>
        // The host handles SIGTERM and SIGINT itself: it drains before it exits.
        RunAsync(args, null, new InvocationConfiguration { ProcessTerminationTimeout = null });

    /// <summary>As <see cref="RunAsync(string[])"/>, with other outputs, and with something else in a room's place: for tests.</summary>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection>? replace, InvocationConfiguration configuration)
    {
        var parsed = Verbs.CommandTree.Make(new Verbs.Runner((settings, serves) => ProvisioningHost.Build(settings, replace, serves))).Parse(args);
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? Verbs.ExitCode.Configuration : code;
    }
}
