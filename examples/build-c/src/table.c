#include "table.h"

#include <stdlib.h>
#include <string.h>

static void *checked(void *p) {
    if (p == NULL)
        abort();
    return p;
}

void table_add(struct table *t, const char *word) {
    for (size_t i = 0; i < t->len; i++) {
        if (strcmp(t->entries[i].word, word) == 0) {
            t->entries[i].count++;
            return;
        }
    }
    if (t->len == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        t->entries = checked(realloc(t->entries, t->room * sizeof *t->entries));
    }
    size_t size = strlen(word) + 1;
    char *copy = checked(malloc(size));
    memcpy(copy, word, size);
    t->entries[t->len++] = (struct entry){copy, 1};
}

static int by_count(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->word, y->word);
}

void table_sort(struct table *t) {
    qsort(t->entries, t->len, sizeof *t->entries, by_count);
}

void table_free(struct table *t) {
    for (size_t i = 0; i < t->len; i++)
        free(t->entries[i].word);
    free(t->entries);
}
