namespace Grpc.Core;

/// <summary>One property of an authenticated peer.</summary>
public class AuthProperty
{
    private readonly byte[] bytes;
    private AuthProperty(string name, byte[] bytes) => (Name, this.bytes) = (name, bytes);

    public string Name { get; }
    public string Value => System.Text.Encoding.UTF8.GetString(bytes);
    public byte[] ValueBytes => [.. bytes];

    public static AuthProperty Create(string name, byte[] valueBytes)
        => new(
            name ?? throw new ArgumentNullException(nameof(name)), [.. valueBytes ?? throw new ArgumentNullException(nameof(valueBytes))]);
}
