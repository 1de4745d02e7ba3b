using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Hosting;

/// <summary>Log lines of an instance that serves.</summary>
public static class InstanceLogs
{
    /// <summary>One JSON object on a line where the output goes somewhere, a line for people on a terminal; no other provider stays.</summary>
    public static ILoggingBuilder AddInstanceConsole(this ILoggingBuilder logging, Instance instance)
    {
        ArgumentNullException.ThrowIfNull(logging);
        logging.ClearProviders();
        logging.Services.AddSingleton<IExternalScopeProvider>(new InstanceScope(instance));
        if (!Console.IsOutputRedirected)
        {
            return logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        return logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
    }
}
