using Microsoft.Extensions.Logging;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>Keeps what was logged at level Warning or higher: event and text.</summary>
internal sealed class WarningBook : ILoggerProvider, ILogger
{
    private readonly Lock gate = new();
    private readonly List<(int Event, string Text)> lines = [];

    public IReadOnlyList<string> Of(int eventId)
    {
        lock (gate)
        {
            return [.. lines.Where(line => line.Event == eventId).Select(line => line.Text)];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lock (gate)
            {
                lines.Add((eventId.Id, formatter(state, exception)));
            }
        }
    }

    public void Dispose()
    {
    }
}
