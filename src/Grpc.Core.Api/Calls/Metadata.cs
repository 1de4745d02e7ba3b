using System.Buffers;
using System.Collections;
using System.Text;

namespace Grpc.Core;

/// <summary>Request headers, response headers or trailers: an ordered multi-map of lower-case keys.</summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    public const string BinaryHeaderSuffix = "-bin";
    public static readonly Metadata Empty = new() { readOnly = true };

    private static readonly SearchValues<char> keyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private readonly List<Entry> entries = [];
    private bool readOnly;

    public int Count => entries.Count;
    public bool IsReadOnly => readOnly;

    public Entry this[int index]
    {
        get => entries[index];
        set => Writable[index] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The last entry with this key, or null.</summary>
    public Entry? Get(string key) => entries.FindLast(e => e.Has(key));
    public string? GetValue(string key) => Get(key)?.Value;
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;
    public IEnumerable<Entry> GetAll(string key) => entries.Where(e => e.Has(key));

    public void Add(string key, string value) => Add(new Entry(key, value));
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));
    public void Add(Entry item) => Writable.Add(item ?? throw new ArgumentNullException(nameof(item)));
    public void Insert(int index, Entry item) => Writable.Insert(index, item ?? throw new ArgumentNullException(nameof(item)));
    public bool Remove(Entry item) => Writable.Remove(item);
    public void RemoveAt(int index) => Writable.RemoveAt(index);
    public void Clear() => Writable.Clear();
    public bool Contains(Entry item) => entries.Contains(item);
    public int IndexOf(Entry item) => entries.IndexOf(item);
    public void CopyTo(Entry[] array, int arrayIndex) => entries.CopyTo(array, arrayIndex);
    public IEnumerator<Entry> GetEnumerator() => entries.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => entries.GetEnumerator();

    private List<Entry> Writable => readOnly ? throw new InvalidOperationException("This metadata is read only.") : entries;

    /// <summary>One key with its text or, for a key that ends in "-bin", its bytes.</summary>
    public class Entry
    {
        private readonly string? text;
        private readonly byte[]? bytes;

        public Entry(string key, string value)
        {
            Key = Normalize(key);
            if (IsBinary)
            {
                throw new ArgumentException($"A key that ends in '{BinaryHeaderSuffix}' takes bytes, not text.", nameof(key));
            }

            text = value ?? throw new ArgumentNullException(nameof(value));
        }

        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"A key with bytes has to end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(valueBytes);
            bytes = valueBytes.AsSpan().ToArray();
        }

        public string Key { get; }
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        public string Value => text ?? throw new InvalidOperationException("A binary entry has no text.");
        public byte[] ValueBytes => bytes is null ? Encoding.ASCII.GetBytes(text!) : bytes.AsSpan().ToArray();

        internal bool Has(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        public override string ToString()
            => bytes is null ? $"[Entry: key={Key}, value={text}]" : $"[Entry: key={Key}, valueBytes={bytes}]";

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(keyCharacters))
            {
                throw new ArgumentException($"'{key}' is no metadata key: letters, digits, '_', '-' and '.' only.", nameof(key));
            }

            return lower;
        }
    }
}
