using System.Diagnostics;

namespace EncryptionService.Container.Tests.Setting;

/// <summary>The docker command line, against the engine that the environment names and no other.</summary>
internal static class DockerEngine
{
    /// <summary>What is said where there is no engine.</summary>
    public const string Absent = $"There is no Docker Engine: bash tests/container/docker.sh start, and {Variable}=the address that it prints.";

    private const string Variable = "ENCRYPTION_SERVICE_DOCKER";

    /// <summary>True where there is an engine; made for <c>SkipUnless</c>.</summary>
    public static bool IsPresent => Address is not null;

    /// <summary>Address of the engine; null: there is none.</summary>
    public static string? Address => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>A program that speaks to the engine: docker itself, or a script that calls it.</summary>
    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOCKER_HOST"] = Address ?? throw new InvalidOperationException(Absent);
        // The builder that needs no plug-in.
        start.Environment["DOCKER_BUILDKIT"] = "0";
        return start;
    }

    /// <summary>Runs docker to its end.</summary>
    /// <returns>What it printed, without the last line break.</returns>
    /// <exception cref="InvalidOperationException">It said no.</exception>
    public static Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) => RunAsync("docker", arguments, cancellationToken);

    /// <summary>As <see cref="RunAsync(CancellationToken, string[])"/>, for a script that calls docker.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Start(program, arguments)) ?? throw new InvalidOperationException($"{program} did not start.");
        // Both outputs are read while it runs: a full pipe would stop it.
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output.TrimEnd('\n')
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments.Take(3))} … ended with {process.ExitCode}: {await error}{output}");
    }
}
