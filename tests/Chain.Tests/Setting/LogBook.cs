using Microsoft.Extensions.Logging;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>Keeps what the house's own rooms log.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly List<(int Event, string Text)> lines = [];

    /// <summary>Lines of one event, oldest first.</summary>
    public IReadOnlyList<string> Of(int eventId)
    {
        lock (gate)
        {
            return [.. lines.Where(line => line.Event == eventId).Select(line => line.Text)];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Pen(this, categoryName.StartsWith("EncryptionService", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Pen(LogBook book, bool ours) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => ours;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (ours)
            {
                lock (book.gate)
                {
                    book.lines.Add((eventId.Id, formatter(state, exception)));
                }
            }
        }
    }
}
