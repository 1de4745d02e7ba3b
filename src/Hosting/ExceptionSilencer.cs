using System.Diagnostics;

namespace EncryptionService.Hosting;

/// <summary>Leaves an exception on a span its type, and nothing of what it says: no message, no stack.</summary>
/// <remarks>The runtime asks every listener before it writes these itself; whoever wrote them first is believed.</remarks>
internal sealed class ExceptionSilencer : IDisposable
{
    private const string Type = "exception.type";
    private const string Message = "exception.message";
    private const string Stack = "exception.stacktrace";

    private readonly ActivityListener listener = new()
    {
        ShouldListenTo = _ => true,
        ExceptionRecorder = static (Activity _, Exception _, ref TagList tags) =>
        {
            tags.Add(Message, "");
            tags.Add(Stack, "");
        },
    };

    /// <summary>Begins to listen.</summary>
    public ExceptionSilencer() => ActivitySource.AddActivityListener(listener);

    /// <summary>True if the event of a span says nothing but which exception it was.</summary>
    public static bool IsSilent(ActivityEvent entry) => entry.Name == "exception" && entry.Tags.All(tag => tag.Key == Type || (tag.Key is Message or Stack && tag.Value is ""));

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();
}
