using System.Diagnostics;
using System.Reflection;
using EncryptionService.Compliance;

namespace EncryptionService.Deploy.Tests.Setting;

/// <summary>The real compiler.</summary>
internal static class BicepCompiler
{
    private static readonly Lazy<string> path = new(Find);

    /// <summary>Compiles a file to standard output. Warnings and errors come on standard error.</summary>
    public static Task<ProcessOutcome> CompileAsync(string file) =>
        ChildProcess.Run(new ProcessStartInfo(path.Value, ["build", file, "--stdout"]), null, TestContext.Current.CancellationToken);

    private static string Find()
    {
        var found = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "BicepCompiler").Value!;
        const UnixFileMode MayRun = UnixFileMode.UserExecute;
        if (!File.GetUnixFileMode(found).HasFlag(MayRun))
        {
            // A package has no file modes.
            File.SetUnixFileMode(found, File.GetUnixFileMode(found) | MayRun);
        }

        return found;
    }
}
