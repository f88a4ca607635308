#include "table.h"

#include <stdio.h>

int main(void) {
    struct table words = {0};
    char word[128];
    while (scanf("%127s", word) == 1)
        table_add(&words, word);
    table_sort(&words);
    for (size_t i = 0; i < words.len; i++)
        printf("%zu %s\n", words.entries[i].count, words.entries[i].word);
    table_free(&words);
    return 0;
}
