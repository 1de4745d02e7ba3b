using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>A line of the log.</summary>
internal sealed record LogLine(LogLevel Level, int Event, string Text);

/// <summary>Keeps every line of the log, exceptions and all.</summary>
internal sealed class Listener : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly List<LogLine> lines = [];

    public Signal Changed { get; } = new();

    public IReadOnlyList<LogLine> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public bool Has(int eventId) => Count(eventId) > 0;

    public int Count(int eventId) => Lines.Count(line => line.Event == eventId);

    public ILogger CreateLogger(string categoryName) => new Ear(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Ear(Listener listener, string category) : ILogger
    {
        private readonly bool ours = category.StartsWith("EncryptionService", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (listener.gate)
            {
                // The framework has event ids of its own.
                listener.lines.Add(new LogLine(logLevel, ours ? eventId.Id : -1, $"{category}: {formatter(state, exception)} {exception}"));
            }

            listener.Changed.Pulse();
        }
    }
}
